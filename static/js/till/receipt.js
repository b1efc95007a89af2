/* A receipt: what was sold, to be shared or printed. It is no fiscal document, and says so. */
export function receipts({ page, money, load, worth }) {
  const { $, make, say, words, language } = page;

  function lines(row) {
    const priced = (line) => `${line.quantity} ${line.name} · ${money(line.quantity * line.price_cents)}`;
    return row.body.lines[0]?.price_cents ? row.body.lines.map(priced) : [row.about];
  }

  function told(row) {
    const { till, fair, sellers, desk } = load() ?? { sellers: [] };
    const when = new Date(row.body.made_at).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
    const ways = Object.entries(row.body.tenders).map(([way, cents]) => `${words[way]}: ${money(cents)}`);
    const less = row.body.discount ? [`${words.discount}: ${money(row.body.discount.cents)}`] : [];
    const number = row.kind === "sale" && till ? say("receipt_no", { what: `${till}-${row.body.sequence}` }) : undefined;
    return [number, fair, desk ? words.desk : sellers[0]?.name, when, "", ...lines(row), "", ...less, `${words.total}: ${money(worth(row.body))}`, ...ways, "", words.no_fiscal].filter((one) => one !== undefined);
  }

  function show(row) {
    const text = told(row);
    $("receipt-text").replaceChildren(...text.flatMap((line) => [line, make("br")]));
    $("receipt-share").hidden = !navigator.share;
    $("receipt-share").onclick = () => navigator.share({ title: words.receipt, text: text.join("\n") }).catch(() => undefined);
    $("receipt-dialog").showModal();
  }

  $("receipt-print").addEventListener("click", () => print());
  return { show };
}
