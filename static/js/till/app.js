/* The till's page: what is touched, what is shown. What is sold is reckoned in book.js, kept in
   store.js and sent by sync.js; this file is alone in knowing the page. */
const at = document.body.dataset;
const parts = ["book", "store", "page", "sync", "charge", "list", "other", "reserve", "drawer", "tiles", "scan", "receipt", "cashier", "back", "install"].map((name) => import(at[name]));
const [book, store, page, { sender, batch }, { charging }, { listing }, { otherValue }, { reserving, hash }, { drawing }, { tiling }, { scanning }, { receipts }, { cashiers }, { returning }, { installing }] = await Promise.all(parts);
const { $, icon, language, make, say, some, words } = page;
const TOKEN = /^#([\w-]{43})$/;
const VIEWS = ["vender", "cobrar", "reservas", "vendas", "fechar", "devolver"];
const money = (amount) => book.money(amount, language);
const now = { token: "", view: "", load: null, lines: [], rows: [], undoing: null, bringing: null };
const house = sender({ store, base: at.base, changed: refresh });
const charge = charging({ page, book, money, lines: () => now.lines, credit });
const own = () => now.rows.filter((row) => row.token === now.token);
const list = listing({ page, money, batch, store, rows: own, queue: () => now.rows, askUndo, receipt: (row) => receipt.show(row), cashier: (id) => who.named(id), bring });
const receipt = receipts({ page, money, load: () => now.load, worth: list.worth });
const tiles = tiling({ page, book, money, now, put });
const who = cashiers({ page, store, hash, load: () => now.load, token: () => now.token });
const reserve = reserving({ page, book, money, store, load: () => now.load, rows: own, keep: keepAndSend });
scanning({ page, goods: () => now.load?.goods ?? [], put, find: tiles.find, ticket: reserve.scanned });
const drawer = drawing({ page, book, money, rows: own, keep: keepAndSend });
const back = returning({ page, book, money, load: () => now.load, rows: own, keep: keepAndSend, swap, house: { base: at.base, token: () => now.token } });

/* Opening: the address's token once, then what the device has, then what the house has. */
async function open() {
  const [, token] = TOKEN.exec(location.hash) ?? [];
  if (token) {
    history.replaceState(null, "", `${location.pathname}#vender`);
    await store.set("token", token);
  }
  now.token = (await store.get("token")) ?? "";
  now.load = (await store.get(`load:${now.token}`)) ?? null;
  now.lines = (await store.get("sale")) ?? [];
  if (now.load) book.prepared(now.load);
  await who.start();
  await store.wipe();
  if (now.load && book.outlived(now.load) && (await store.all()).every((row) => row.state === "sent")) {
    now.load.reserved = [];
    await store.set(`load:${now.token}`, now.load);
  }
  await refresh();
  show();
  house.send(); // whether what is sold here arrives or not
  if (now.token) await fetchLoad();
  navigator.storage?.persist?.();
}

async function fetchLoad() {
  try {
    const answer = await fetch(`${at.base}/carga`, {
      headers: { Authorization: `Bearer ${now.token}` },
      credentials: "omit",
      cache: "no-store",
    });
    if (answer.ok) {
      const load = { ...(await answer.json()), kept_at: Date.now() };
      await store.set(`load:${now.token}`, load);
      await store.set(`till:${now.token}`, load.till);
      now.load = book.prepared(load);
      keepPictures(load);
      reserve.draw();
      show();
    } else if (answer.status === 401 || answer.status === 403) {
      refuse((await answer.json()).detail);
    }
  } catch {
    house.told.offline = true;
    refresh();
  }
}

/* Nothing more is sold here; what was sold can still be sent. */
async function refuse(why) {
  now.load = null;
  await store.set(`load:${now.token}`, null);
  $("open-text").textContent = why;
  show();
}

async function keepPictures(load) {
  if (!window.caches) return;
  const cache = await caches.open("caixa-fotos");
  const wanted = new Set(load.goods.map((good) => new URL(good.picture, location.href).href));
  for (const kept of await cache.keys()) if (!wanted.delete(kept.url)) await cache.delete(kept);
  for (const address of wanted) await cache.add(address).catch(() => undefined);
}

/* Which part of the page is shown: told by what stands behind the "#". */
function show() {
  const asked = location.hash.slice(1);
  const bound = Boolean(now.load);
  const named = VIEWS.includes(asked) ? asked : "vender";
  let view = bound || named === "vendas" ? named : "abrir";
  if (view === "cobrar" && !now.lines.length) view = "vender";
  const turned = view !== now.view; // what comes from the house meanwhile undoes nothing that was chosen
  const opening = !now.view;
  now.view = view;
  for (const part of document.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== view;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const here = tab.dataset.tab === ({ cobrar: "vender", devolver: "vendas" }[view] ?? view);
    if (here) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  $("tabbar").hidden = !bound && !now.rows.length;
  if (bound) {
    $("till-name").textContent = now.load.desk ? words.desk : now.load.sellers[0]?.name ?? now.load.fair;
    $("where").textContent = `${now.load.fair}, ${new Date(`${now.load.day}T12:00`).toLocaleDateString(language)}`;
    who.draw();
    $("day-note").hidden = now.load.day === book.today(now.load.zone);
    tiles.draw();
    if (view === "cobrar" && turned) charge.start();
    if (view === "devolver") back.draw();
  }
  drawSale();
  if (!turned) return;
  if (!opening) page.reach(document.querySelector(`[data-view=${view}] h2`));
  scrollTo(0, 0);
}

function put(good) {
  book.add(now.lines, good);
  changeSale();
}

/* What the pieces that were brought back count for, while others are chosen instead. */
function credit() {
  return now.bringing?.body.amount_cents ?? 0;
}

function bring(row) {
  back.start(row);
  location.hash = "devolver";
}

function swap(row) {
  now.bringing = row;
  $("done").hidden = true;
  location.hash = "vender";
}

function changeSale() {
  $("done").hidden = true;
  store.set("sale", now.lines).catch(() => full());
  tiles.mark();
  drawSale();
}

/* The sale being made, wherever it is shown. */
function drawSale() {
  const due = book.total(now.lines);
  $("bringing").hidden = !now.bringing;
  $("bringing-text").textContent = say("brought", { sum: money(credit()) });
  for (const place of document.querySelectorAll("[data-total]")) place.textContent = money(due);
  for (const place of document.querySelectorAll("[data-lines]")) page.redraw(place, now.lines.map(item));
  $("bar-count").textContent = some("items", book.pieces(now.lines));
  $("paybar").hidden = now.view !== "vender" || !now.lines.length;
  $("summary").textContent = now.lines.map((line) => `${line.quantity} ${line.name}`).join(" · ");
}

function item(line) {
  const step = (by) => () => {
    line.quantity = Math.min(999, line.quantity + by);
    now.lines = now.lines.filter((one) => one.quantity > 0);
    changeSale();
    if (!now.lines.length) location.hash = "vender";
    else if (now.view === "cobrar") charge.start();
  };
  const less = make("button", { type: "button", "aria-label": say("less", { what: line.name }), onclick: step(-1) }, icon("minus"));
  const more = make("button", { type: "button", "aria-label": say("more", { what: line.name }), onclick: step(1) }, icon("plus"));
  const count = make("output", { class: "num" }, String(line.quantity));
  const name = make("div", { class: "row row--x" }, make("strong", {}, line.name), make("span", { class: "num" }, money(line.quantity * line.price_cents)));
  return make("div", { class: "item" }, make("div", { class: "grow stack stack--s" }, name, make("span", { class: "qty" }, less, count, more)));
}

async function keepSale(event) {
  event.preventDefault();
  const given = charge.paid();
  if (!given || !now.lines.length) return charge.draw();
  if (charge.fault()) return charge.tell(charge.fault());
  const less = charge.discount();
  const lines = less ? book.discounted(now.lines, less.cents) : now.lines;
  const due = book.total(lines);
  const change = (given.cash ? charge.back(given) : 0) + Math.max(0, credit() - due);
  const counted = Math.min(credit(), due); // what was brought back is given back, and paid in again
  const tenders = counted ? { ...given, cash: (given.cash ?? 0) + counted } : given;
  const id = book.code();
  const body = { id, made_at: new Date().toISOString(), lines, tenders, total_cents: due, ...(less && { discount: less }), ...(given.barter && { bartered: charge.bartered(given) }) };
  const first = now.bringing && { ...now.bringing, body: { ...now.bringing.body, exchange: id } };
  const row = await kept({ id, kind: "sale", body }, undefined, first);
  if (!row) return;
  now.lines = [];
  now.bringing = null;
  now.undoing = row.id;
  await refresh();
  location.hash = "vender";
  show();
  $("done-text").textContent = change ? say("kept_change", { sum: money(due), back: money(change) }) : say("kept", { sum: money(due) });
  $("done").hidden = false;
  house.send();
}

/* Keep a row on the device; when it has no room left, nobody is told that it is done. */
async function kept(row, also, first) {
  const whole = (one) => one && { ...one, body: { ...one.body, ...who.told() } };
  try {
    return await store.keep(now.token || now.rows[0]?.token, whole(row), also, whole(first));
  } catch {
    full();
    return null;
  }
}

async function keepAndSend(row) {
  const whole = await kept(row);
  if (!whole) return null;
  await refresh();
  house.send();
  return whole;
}

function full() {
  $("wrong").textContent = words.full;
  $("wrong").hidden = false;
  $("problem").textContent = words.full;
  $("problem").hidden = false;
}

function askUndo(row) {
  if (list.cameBack(row)) return;
  now.undoing = row.id;
  $("undo-text").textContent = `${list.listed(row)}: ${money(row.body.total_cents)}`;
  $("undo-dialog").returnValue = "";
  $("undo-dialog").showModal();
}

async function undo() {
  const sale = now.rows.find((row) => row.id === now.undoing);
  if ($("undo-dialog").returnValue !== "undo" || !sale || sale.voided) return;
  const id = book.code();
  const body = { id, made_at: new Date().toISOString(), sale: sale.id, reason: "", ...who.told() };
  await store.keep(sale.token, { id, kind: "void", body }, { id: sale.id, voided: id }).catch(full);
  $("done").hidden = true;
  await refresh();
  house.send();
}

/* What waits and what is known of it: shown on every part of the page. */
async function refresh() {
  now.rows = await store.all();
  const waiting = now.rows.filter((row) => row.state !== "sent").length;
  const { offline, busy, problem } = house.told;
  $("unsent").textContent = waiting;
  $("net").hidden = !offline && !waiting;
  $("net").classList.toggle("net--ok", !offline);
  $("net-text").textContent = offline ? words.offline : busy ? words.sending : words.online;
  $("net-count").textContent = some("waiting", waiting);
  $("net-count").hidden = !waiting;
  $("queue").textContent = waiting ? some("queue", waiting) : words.all_sent;
  $("queue-text").textContent = waiting ? words.keep_it : "";
  $("progress").max = now.rows.length || 1;
  $("progress").value = now.rows.length - waiting || (now.rows.length ? 0 : 1);
  $("progress-text").textContent = say("progress", { n: now.rows.length - waiting, all: now.rows.length });
  $("problem").hidden = !(problem in words);
  $("problem").textContent = words[problem] ?? "";
  list.draw();
  list.drawRoom();
  reserve.draw();
  drawer.draw();
}

otherValue({
  page,
  book,
  sellers: () => now.load.sellers,
  put(line) {
    now.lines.push(line);
    changeSale();
  },
});
$("charge").addEventListener("submit", keepSale);
$("bringing-drop").addEventListener("click", () => {
  now.bringing = null;
  drawSale();
});
$("undo-dialog").addEventListener("close", undo);
$("done-undo").addEventListener("click", () => askUndo(now.rows.find((row) => row.id === now.undoing)));
$("send").addEventListener("click", () => house.send({ refused: true }));
addEventListener("hashchange", () => (TOKEN.test(location.hash) ? open() : show()));
installing({ address: at.worker, scope: at.base, changed: (lacking) => ($("unkept").hidden = !lacking) });
open();
