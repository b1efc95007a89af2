/* What a sale is made of: reckoned in whole centavos, without a page and without a network. */

export function total(lines) {
  return lines.reduce((sum, line) => sum + line.quantity * line.price_cents, 0);
}

export function pieces(lines) {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}

/* How an amount is written: R$ 93,80. */
export function money(cents, language) {
  const known = (money.known ??= {});
  known[language] ??= new Intl.NumberFormat(language, { style: "currency", currency: "BRL" });
  return known[language].format(cents / 100);
}

/* Read an amount as people type it, with a comma or a point before the centavos; none: NaN. */
export function cents(typed) {
  const read = /^\s*(?:R\$)?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*$/.exec(typed);
  return read ? Number(read[1]) * 100 + Number((read[2] ?? "").padEnd(2, "0")) : NaN;
}

/* What a buyer may hold out for an amount: the next round sums above it, at most three. */
export function offered(due) {
  const round = [1000, 2000, 5000, 10000].map((note) => Math.ceil(due / note) * note);
  const more = Math.ceil(due / 5000) * 5000 + 5000;
  const above = [...round, more, more + 5000].filter((sum) => sum > due);
  return [...new Set(above)].sort((a, b) => a - b).slice(0, 3);
}

/* A text for comparing: no accents, lower case. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}

/* Whether what was typed is this product: each word in its names, or the start of its code. */
export function matches(good, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  return words.every((word) => good.folded.includes(word));
}

export function prepared(load) {
  const sellers = new Map(load.sellers.map((seller) => [seller.id, seller]));
  for (const good of load.goods) {
    good.seller = sellers.get(good.enterprise_id)?.name ?? "";
    good.folded = fold(`${good.name} ${good.code} ${good.seller}`);
  }
  return load;
}

/* A UUID of version 7: unique for ever, whatever the clock says (RFC 9562, 5.7). */
export function code(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Math.max(0, now);
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/* Add one more of a product to a sale. */
export function add(lines, good) {
  const known = lines.find((line) => line.product === good.id && line.price_cents === good.price_cents);
  if (known) known.quantity = Math.min(999, known.quantity + 1);
  else lines.push({ product: good.id, enterprise: good.enterprise_id, name: good.name, quantity: 1, price_cents: good.price_cents });
}

/* How a sale was paid: what is in no other way is cash. */
export function tenders(due, pix, card, social = 0, barter = 0) {
  const given = { cash: due - pix - card - social - barter, own_pix: pix, machine: card, social, barter };
  return Object.fromEntries(Object.entries(given).filter(([, amount]) => amount > 0));
}

/* Products in the order of how many were sold here, then by name. */
export function byFavour(goods, rows) {
  const sold = new Map();
  for (const line of rows.flatMap((row) => (row.kind === "return" ? [] : row.body.lines ?? []))) {
    sold.set(line.product, (sold.get(line.product) ?? 0) + line.quantity);
  }
  const n = (good) => sold.get(good.id) ?? 0;
  return goods.sort((a, b) => n(b) - n(a) || a.folded.localeCompare(b.folded));
}

/* Take an amount off a sale: in proportion, and in whole centavos of each piece. */
export function discounted(lines, off) {
  let [left, rest] = [off, total(lines)];
  return lines.flatMap((line) => {
    const worth = line.quantity * line.price_cents;
    const share = Math.round((left * worth) / rest);
    [left, rest] = [left - share, rest - worth];
    const each = Math.floor(share / line.quantity);
    const more = share % line.quantity;
    const of = (quantity, less) => ({ ...line, quantity, price_cents: line.price_cents - less, listed_cents: line.price_cents });
    return [of(line.quantity - more, each), of(more, each + 1)].filter((one) => one.quantity);
  });
}

/* Whether what is known of buyers has to go: a day after the fair, by the time that went by here. */
export function outlived(load) {
  const open = Date.parse(load.ends_at) - Date.parse(load.loaded_at);
  return Date.now() - load.kept_at > open + 24 * 60 * 60 * 1000;
}

/* The day by the device's clock, as the house writes days: it only warns, and may be wrong. */
export function today(zone) {
  return new Date().toLocaleDateString("sv", { timeZone: zone });
}
