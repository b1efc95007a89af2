/* Who sells: changed by a PIN, of which only a salted hash is on the device. */
const TRIES = 5;

export function cashiers({ page, store, hash, load, token }) {
  const { $, make, say, words } = page;
  let selling = null; // the id of who was chosen; none: the person of the binding

  function known() {
    return (load()?.cashiers ?? []).filter((one) => one.id !== load().user);
  }

  function current() {
    return known().find((one) => one.id === selling);
  }

  async function start() {
    selling = (await store.get(`cashier:${token()}`)) ?? null;
    draw();
  }

  function draw() {
    const name = current()?.name ?? load()?.cashier ?? "";
    $("cashier").textContent = name;
    $("who").hidden = !known().length;
    $("who-name").textContent = name;
  }

  function ask() {
    const all = [{ id: load().user, name: load().cashier }, ...known()];
    $("who-form").reset();
    $("who-choice").replaceChildren(...all.map(({ id, name }) => make("option", { value: id }, name)));
    $("who-choice").value = current()?.id ?? load().user;
    wrong("");
    $("who-dialog").showModal();
  }

  function wrong(why) {
    $("who-wrong").textContent = why;
    $("who-wrong").hidden = !why;
  }

  /* Say what is wrong with a PIN; nothing, if it is right. A new PIN has new tries. */
  async function fault(one, pin) {
    const key = `tries:${one.hash}`;
    const tries = (await store.get(key)) ?? 0;
    if (tries >= TRIES) return words.pin_locked;
    if (/^\d{6}$/.test(pin) && (await hash(pin, one.salt, load().rounds)) === one.hash) return "";
    await store.set(key, tries + 1);
    return tries + 1 < TRIES ? say("not_pin", { n: TRIES - tries - 1 }) : words.pin_locked;
  }

  async function change(event) {
    if (event.submitter?.value !== "change") return;
    event.preventDefault();
    const id = Number($("who-choice").value);
    const one = load().cashiers.find((some) => some.id === id);
    const why = one ? await fault(one, $("who-pin").value.trim()) : "";
    if (why) return wrong(why);
    selling = id;
    await store.set(`cashier:${token()}`, id);
    draw();
    $("who-dialog").close();
  }

  $("who-change").addEventListener("click", ask);
  $("who-form").addEventListener("submit", change);
  /* What somebody who sells here is called; without an id, the person of the binding. */
  function named(id) {
    return load()?.cashiers?.find((one) => one.id === id)?.name ?? (id && id !== load()?.user ? "" : load()?.cashier ?? "");
  }

  return { start, draw, named, told: () => (current() ? { cashier: current().id } : {}) };
}
