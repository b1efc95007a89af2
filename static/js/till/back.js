/* What is brought back: of a sale that is here, of one whose receipt is shown, or of none that is known. */
const PATIENCE = 10_000;

export function returning({ page, book, money, load, rows, keep, swap, house }) {
  const { $, make, icon, say, words } = page;
  let sale = null;
  let lines = [];
  let busy = false; // a second tap would bring the same pieces back again

  /* Begin with a sale of this device, or with none. */
  function start(row) {
    sale = row;
    lines = row ? row.body.lines.map((line, at) => ({ ...line, most: line.quantity - before(row, at), quantity: 0, kept_out: false, at })) : [];
    if (lines.length === 1) lines[0].quantity = Math.min(1, lines[0].most);
    $("back-form").reset();
    $("back-done").hidden = true;
    wrong("");
    announce("");
    draw();
  }

  /* How many pieces of a line came back here before; of a sale that the house told, what it does not know yet. */
  function before(row, at) {
    const back = rows().filter((one) => one.kind === "return" && one.body.sale === row.id && !(row.told && one.state === "sent"));
    return back.reduce((all, one) => all + (one.of?.[at] ?? 0), 0) + unnamed(row, at);
  }

  /* How many of a line came back under the number of its receipt alone; alike lines are filled one after the other. */
  function unnamed(row, at) {
    const { till = load()?.till, told, body } = row;
    const its = ({ receipt }) => receipt?.till === till && receipt.sequence === body.sequence;
    const back = rows().filter((one) => one.kind === "return" && !one.body.sale && its(one.body) && !(told && one.state === "sent"));
    const alike = (line) => line.product === body.lines[at].product && line.price_cents === body.lines[at].price_cents;
    const count = (some) => some.filter(alike).reduce((all, line) => all + line.quantity, 0);
    const rest = count(back.flatMap((one) => one.body.lines)) - count(body.lines.slice(0, at));
    return Math.max(0, Math.min(rest, body.lines[at].quantity));
  }

  function chosen() {
    return lines.filter((line) => line.quantity > 0);
  }

  function draw() {
    $("back-find").hidden = Boolean(sale);
    const goods = load()?.goods ?? [];
    if (!sale && $("back-good").options.length !== goods.length) $("back-good").replaceChildren(...goods.map((good) => make("option", { value: good.id }, good.name)));
    $("back-lines").hidden = !lines.length;
    page.redraw($("back-lines"), lines.map(item));
    $("back-total").textContent = money(book.total(lines));
  }

  function item(line) {
    const step = (by) => () => {
      line.quantity = Math.max(0, Math.min(line.most, line.quantity + by));
      draw();
    };
    const less = make("button", { type: "button", "aria-label": say("less", { what: line.name }), onclick: step(-1) }, icon("minus"));
    const more = make("button", { type: "button", "aria-label": say("more", { what: line.name }), onclick: step(1) }, icon("plus"));
    const count = make("output", { class: "num" }, String(line.quantity));
    const name = make("div", { class: "row row--x" }, make("strong", {}, line.name), make("span", { class: "num" }, money(line.price_cents)));
    const box = make("input", { type: "checkbox", checked: line.kept_out ? "" : undefined, onchange: (event) => (line.kept_out = event.target.checked) });
    const out = make("label", { class: "check" }, box, make("span", {}, words.kept_out, make("span", { class: "vh" }, `: ${line.name}`)));
    return make("li", { class: "item" }, make("div", { class: "grow stack stack--s" }, name, make("span", { class: "qty" }, less, count, more), out));
  }

  /* The till and the number on a receipt; nothing, if none was typed. */
  function receipt() {
    const [, till, sequence] = /^\s*([1-9]\d{0,8})\s*-\s*([1-9]\d{0,8})\s*$/.exec($("back-receipt").value) ?? [];
    return till ? { till: Number(till), sequence: Number(sequence) } : null;
  }

  /* The sale of a receipt: this device has it, or the house tells it while there is a line. */
  async function look() {
    const asked = receipt();
    const own = asked && asked.till === load()?.till && rows().find((row) => row.kind === "sale" && row.body.sequence === asked.sequence);
    if (own && !own.voided) return start(own);
    wrong(asked || !$("back-receipt").value.trim() ? "" : words.bad_receipt);
    announce(own ? words.no_sale : ""); // undone here: the house may not know that yet
    if (asked && !own) await ask(`${asked.till}-${asked.sequence}`);
  }

  async function ask(number) {
    const signal = AbortSignal.timeout?.(PATIENCE);
    const headers = { Authorization: `Bearer ${house.token()}` };
    try {
      const answer = await fetch(`${house.base}/venda?recibo=${number}`, { headers, signal, credentials: "omit", cache: "no-store" });
      const told = answer.ok ? await answer.json() : null;
      const now = receipt();
      if (sale || lines.length || !now || `${now.till}-${now.sequence}` !== number) return; // something else was touched meanwhile
      if (told) start({ id: told.sale, told: true, till: now.till, body: { lines: told.lines, sequence: now.sequence } });
      announce(!told ? (answer.status === 404 ? words.no_sale : words.not_looked_up) : say(lines.some((line) => line.most) ? "found_sale" : "all_back", { what: number }));
    } catch {
      announce(words.not_looked_up);
    }
  }

  function announce(what) {
    $("back-told").textContent = what;
  }

  function add() {
    const good = load().goods.find((one) => one.id === Number($("back-good").value));
    const paid = $("back-price").value.trim() ? book.cents($("back-price").value) : good?.price_cents;
    if (!good || !(paid > 0)) return wrong(words.no_amount);
    wrong("");
    lines.push({ product: good.id, enterprise: good.enterprise_id, name: good.name, quantity: 1, price_cents: paid, most: 999, kept_out: false });
    $("back-price").value = "";
    draw();
  }

  function wrong(why) {
    $("back-wrong").textContent = why;
    $("back-wrong").hidden = !why;
  }

  function told() {
    const back = chosen().map(({ product, enterprise, name, quantity, price_cents, kept_out }) => ({ product, enterprise, name: name.slice(0, 60), quantity, price_cents, kept_out }));
    const id = book.code();
    const named = { sale: sale?.id ?? null, receipt: sale ? null : receipt() };
    const body = { id, made_at: new Date().toISOString(), lines: back, amount_cents: book.total(back), reason: $("back-why").value.trim(), ...named };
    const of = Object.fromEntries(chosen().map((line) => [line.at, line.quantity]));
    return { id, kind: "return", of, body };
  }

  async function give(event) {
    event.preventDefault();
    if (!chosen().length) return wrong(words.no_pieces);
    if (!$("back-why").value.trim()) return wrong(words.why);
    if (!sale && $("back-receipt").value.trim() && !receipt()) return wrong(words.bad_receipt);
    if (busy) return;
    const row = told();
    if (event.submitter?.value === "swap") return start(null), swap(row);
    busy = true;
    const done = await keep(row);
    busy = false;
    if (!done) return wrong(words.full);
    start(null);
    $("back-done").textContent = say("given_back", { sum: money(row.body.amount_cents) });
    $("back-done").hidden = false;
    scrollTo(0, 0);
  }

  $("back-receipt").addEventListener("change", look);
  $("back-look").addEventListener("click", look);
  $("back-add").addEventListener("click", add);
  $("back-open").addEventListener("click", () => start(null));
  $("back-form").addEventListener("submit", give);
  return { start, draw };
}
