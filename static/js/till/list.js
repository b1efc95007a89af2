/* The sales that this device made: what became of each, and the queue as a file. */
const LISTED = 200;

export function listing({ page, money, batch, store, rows, queue, askUndo, receipt, cashier, bring }) {
  const { $, make, icon, say, some, words, language } = page;

  function drawSums() {
    const sales = rows().filter((row) => row.body.tenders);
    const counted = sales.filter((row) => !row.voided);
    const sum = (of) => counted.reduce((all, row) => all + of(row.body), 0);
    const back = rows().filter((row) => row.kind === "return");
    const given = back.reduce((all, row) => all + row.body.amount_cents, 0);
    const told = rows().filter((row) => row.body.tenders || row.kind === "return");
    $("sold").textContent = money(sum(worth) - given);
    $("sold-count").textContent = some("sales", counted.length);
    $("in-cash").textContent = money(sum((body) => body.tenders.cash ?? 0) - given);
    $("no-sales").hidden = told.length > 0;
    $("sales").hidden = !told.length;
    $("sales").replaceChildren(...told.reverse().slice(0, LISTED).map((row) => (row.kind === "return" ? broughtBack(row) : entry(row))));
  }

  /* What was paid for it here: all of a sale, of a reservation what was due. */
  function worth(body) {
    return Object.values(body.tenders).reduce((all, cents) => all + cents, 0);
  }

  function listed(row) {
    if (row.about) return row.about;
    return row.body.lines.map((line) => `${line.quantity} ${line.name}`).join(", ");
  }

  function timeOf(row) {
    return new Date(row.body.made_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  }

  function refusal(row) {
    return row.state === "refused" ? make("p", { class: "small err" }, row.reason) : undefined;
  }

  function broughtBack(row) {
    const about = [timeOf(row), words.return, row.body.reason].join(" · ");
    const name = make("div", { class: "grow" }, make("strong", {}, listed(row)), make("p", { class: "small muted" }, about), refusal(row));
    return make("li", { class: "item" }, name, make("div", { class: "stack stack--s end" }, make("strong", { class: "num nowrap" }, money(-row.body.amount_cents)), badge(row)));
  }

  function entry(row) {
    const time = timeOf(row);
    const ways = Object.keys(row.body.tenders).map((way) => words[way]).join(" + ") || words.paid_before;
    const about = make("div", { class: "grow" }, make("strong", {}, listed(row)), make("p", { class: "small muted" }, [`${time} · ${ways}`, row.body.bartered, undoneBy(row)].filter(Boolean).join(" · ")), refusal(row));
    const undoes = make("button", { type: "button", class: "btn btn--q btn--sm", onclick: () => askUndo(row) }, icon("arrow-back-up"), words.undo, make("span", { class: "vh" }, `: ${listed(row)}`));
    const paper = make("button", { type: "button", class: "btn btn--q btn--sm", onclick: () => receipt(row) }, icon("receipt"), words.receipt, make("span", { class: "vh" }, `: ${listed(row)}`));
    const back = make("button", { type: "button", class: "btn btn--q btn--sm", onclick: () => bring(row) }, icon("package"), words.bring, make("span", { class: "vh" }, `: ${listed(row)}`));
    const side = make("div", { class: "stack stack--s end" }, make("strong", { class: "num nowrap" }, money(worth(row.body))), badge(row), ...(row.voided || row.kind !== "sale" ? [] : cameBack(row) ? [back] : [undoes, back]), row.voided ? undefined : paper);
    return make("li", { class: "item" }, about, side);
  }

  /* A sale of which pieces came back here is undone no more: its money was given back already. */
  function cameBack(row) {
    return rows().some((one) => one.kind === "return" && one.body.sale === row.id);
  }

  function undoneBy(row) {
    const undone = row.voided && rows().find((one) => one.id === row.voided);
    const name = undone && cashier(undone.body.cashier);
    return name ? say("undone_by", { what: name }) : "";
  }

  function badge(row) {
    const [kind, drawn, word] = row.voided
      ? ["", "ban", "voided"]
      : { waiting: ["warn", "clock", "in_queue"], sent: ["ok", "check", "sent"], refused: ["err", "alert-circle", "look"] }[row.state];
    return make("span", { class: `badge${kind && ` badge--${kind}`}` }, icon(drawn), words[word]);
  }

  async function drawRoom() {
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const mb = (bytes) => (bytes / 1048576).toLocaleString(language, { maximumFractionDigits: 1 });
    const tight = quota && (quota - usage < 5 * 1048576 || usage > quota * 0.8);
    $("room").textContent = quota ? say(tight ? "tight" : "room", { used: mb(usage), all: mb(quota) }) : "";
    $("room").classList.toggle("err", Boolean(tight));
    $("tight").hidden = !tight;
    $("tight").textContent = tight ? $("room").textContent : "";
  }

  /* The queue as a file, as what is sent, for each till to which this device was bound. */
  async function queued() {
    const unsent = queue().filter((row) => row.state !== "sent");
    const tokens = [...new Set(unsent.map((row) => row.token))];
    const till = async (token) => (await store.get(`till:${token}`)) ?? null;
    const tills = tokens.map(async (token) => ({ till: await till(token), ...batch(unsent.filter((row) => row.token === token)) }));
    return JSON.stringify({ tills: await Promise.all(tills) });
  }

  /* Save it; where files can be handed to another app, offer that. */
  async function save() {
    const name = `caixa-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.json`;
    const file = new File([await queued()], name, { type: "application/json" });
    if (matchMedia("(pointer:coarse)").matches && navigator.canShare?.({ files: [file] })) {
      const shared = await navigator.share({ files: [file] }).then(() => true, () => false);
      if (shared) return;
    }
    const link = make("a", { href: URL.createObjectURL(file), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  $("export").addEventListener("click", save);
  return { draw: drawSums, drawRoom, listed, worth, cameBack };
}
