/* Reservations: given against the buyer's code, of which only a salted hash is here, or with a reason. */
const TRIES = 5;
const SHOWN = 100;

export function reserving({ page, book, money, store, load, rows, keep }) {
  const { $, make, icon, say, words } = page;
  let open = null; // the reservation in the dialog

  function given(one) {
    return rows().some((row) => row.kind === "handover" && row.body.order === one.id);
  }

  function draw() {
    const all = load()?.reserved ?? [];
    const typed = book.fold($("find-reserved").value);
    const found = all.filter((one) => book.fold(`${one.code} ${one.name}`).includes(typed));
    found.sort((a, b) => given(a) - given(b));
    $("reserved").hidden = !found.length;
    $("no-reserved").hidden = found.length > 0;
    $("reserved").replaceChildren(...found.slice(0, SHOWN).map(entry));
  }

  function goods(one) {
    return one.lines.map((line) => `${line.quantity} ${line.name}`).join(", ");
  }

  function entry(one) {
    const about = make("div", { class: "grow" }, make("strong", {}, `${one.name} · ${one.code}`), make("p", { class: "small muted" }, goods(one)));
    const due = make("strong", { class: "num nowrap" }, one.due_cents ? money(one.due_cents) : words.paid_before);
    const act = given(one)
      ? make("span", { class: "badge badge--ok" }, icon("check"), words.given)
      : make("button", { type: "button", class: "btn btn--2 btn--sm", onclick: () => ask(one) }, words.give, make("span", { class: "vh" }, ` ${one.code}`));
    return make("li", { class: "item" }, about, make("div", { class: "stack stack--s end" }, due, act));
  }

  function ask(one) {
    open = one;
    $("reserve-form").reset();
    $("reserve-without").open = false;
    $("reserve-title").textContent = `${one.name} · ${one.code}`;
    $("reserve-goods").replaceChildren(...one.lines.map((line) => make("li", {}, `${line.quantity} ${line.name}`)));
    $("reserve-due").textContent = one.due_cents ? money(one.due_cents) : words.paid_before;
    $("reserve-ways").hidden = !one.due_cents;
    drawGoods();
    wrong("");
    $("reserve-dialog").showModal();
    $("reserve-code").focus();
  }

  /* A buyer's ticket was read: ask for nothing but what is to be paid. */
  function scanned(code, digits) {
    const one = (load()?.reserved ?? []).find((some) => some.code === code);
    if (!one || given(one)) return false;
    location.hash = "reservas";
    ask(one);
    $("reserve-code").value = digits;
    return true;
  }

  /* In which way it is paid, where it still is to be. */
  function way() {
    return open.due_cents ? $("reserve-form").elements["reserve-way"].value : "";
  }

  function drawGoods() {
    $("reserve-bartered").hidden = way() !== "barter";
  }

  function wrong(why) {
    $("reserve-wrong").textContent = why;
    $("reserve-wrong").hidden = !why;
  }

  /* Say what is wrong with the code that was typed; nothing, if it is the buyer's. */
  async function fault(one, typed) {
    const key = `tries:${one.id}`;
    const tries = (await store.get(key)) ?? 0;
    if (tries >= TRIES) return words.locked;
    if (/^\d{6}$/.test(typed) && (await hash(typed, one.salt, load().rounds)) === one.hash) return "";
    await store.set(key, tries + 1);
    return tries + 1 < TRIES ? say("not_code", { n: TRIES - tries - 1 }) : words.locked;
  }

  async function give(event) {
    if (event.submitter?.value !== "give") return;
    event.preventDefault();
    const one = open;
    const reason = $("reserve-without").open ? $("reserve-reason").value.trim() : "";
    const code = reason ? "" : $("reserve-code").value.trim();
    if ($("reserve-without").open && !reason) return wrong(words.why);
    const why = reason ? "" : await fault(one, code);
    if (why || given(one)) return wrong(why);
    const bartered = way() === "barter" ? $("reserve-barter").value.trim() : "";
    if (way() === "barter" && !bartered) return wrong(words.what_given);
    const tenders = one.due_cents ? { [way()]: one.due_cents } : {};
    const lines = one.lines.map(({ line, quantity }) => ({ line, quantity }));
    const id = book.code();
    const body = { id, made_at: new Date().toISOString(), order: one.id, lines, code, reason, tenders, ...(bartered && { bartered }) };
    if (!(await keep({ id, kind: "handover", about: `${one.code}: ${goods(one)}`, body }))) return wrong(words.full);
    $("reserve-dialog").close();
    $("reserve-done").textContent = say("handed", { what: `${one.name} · ${one.code}` });
    $("reserve-done").hidden = false;
  }

  $("find-reserved").addEventListener("input", draw);
  $("reserve-search").addEventListener("submit", (event) => event.preventDefault());
  $("reserve-ways").addEventListener("change", drawGoods);
  $("reserve-form").addEventListener("submit", give);
  return { draw, scanned };
}

/* As the house reckons it: PBKDF2 with SHA-256, 128 bits, in hexadecimal. */
export async function hash(typed, salt, iterations) {
  const bytes = Uint8Array.from(salt.match(/../g), (pair) => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(typed), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes, iterations };
  const bits = await crypto.subtle.deriveBits(how, key, 128);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
