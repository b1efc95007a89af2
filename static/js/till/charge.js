/* How a sale is paid: what was chosen and typed, what is left in cash, and the change. */
export function charging({ page, book, money, lines, credit }) {
  const { $, make, say, words } = page;

  /* Charging: cash and "exactly" are chosen, so that one more touch keeps the sale. */
  function startCharge() {
    $("charge").reset();
    $("parts").open = $("less").open = false;
    drawNotes(due());
    drawParts();
  }

  /* What is taken off, and why; nothing, if there is no discount. */
  function discount() {
    if (!$("less").open || !$("less-sum").value.trim()) return null;
    return { cents: book.cents($("less-sum").value), reason: $("less-why").value.trim() };
  }

  function due() {
    return Math.max(0, less() - credit());
  }

  /* What the pieces cost, less the discount. */
  function less() {
    return book.total(lines()) - (discount()?.cents || 0);
  }

  /* What was taken in exchange; nothing, if money was. */
  function bartered(given) {
    return given?.barter ? $("barter-what").value.trim() : "";
  }

  /* What is wrong with the discount, or with what is taken in exchange; nothing, if all is said. */
  function fault() {
    const given = paid();
    if (given?.barter && !bartered(given)) return words.what_given;
    const less = discount();
    if (!less) return "";
    if (!(less.cents > 0 && less.cents < book.total(lines()))) return words.no_discount;
    const left = book.discounted(lines(), less.cents);
    if (left.length > 60 || left.some((line) => line.price_cents < 1)) return words.no_discount;
    return less.reason ? "" : words.why;
  }

  function drawNotes(due) {
    const notes = [due, ...book.offered(due)].map((sum, number) => {
      const box = make("input", { type: "radio", name: "note", value: sum, checked: number === 0 ? "" : undefined });
      const text = number ? money(sum) : say("exactly", { sum: money(sum) });
      return make("label", { class: "choice choice--v" }, box, make("b", {}, text));
    });
    $("notes").replaceChildren(...notes);
  }

  function paid() {
    const owed = due();
    const way = $("charge").elements.way.value;
    const typed = (id) => ($(id).value.trim() ? book.cents($(id).value) : 0);
    if (!$("parts").open) return way === "cash" ? book.tenders(owed, 0, 0) : owed ? { [way]: owed } : {};
    const parts = ["pix", "card", "social", "barter"].map((name) => typed(`part-${name}`));
    const apart = parts.reduce((all, part) => all + part, 0);
    return apart <= owed ? book.tenders(owed, ...parts) : null; // not a number is no amount
  }

  function drawParts() {
    const given = paid();
    const cash = given?.cash ?? 0;
    const split = $("parts").open;
    $("part-cash").textContent = given ? say("rest_in_cash", { sum: money(cash) }) : words.too_much;
    $("received").hidden = !cash;
    if (split && Number($("charge").elements.note?.[0]?.value) !== cash) drawNotes(cash || 1);
    else if (!split && Number($("charge").elements.note?.[0]?.value) !== due()) drawNotes(due());
    const note = Number($("charge").elements.note?.value ?? cash);
    $("change").textContent = money(Math.max(0, note - cash));
    $("pix-later").hidden = !given?.own_pix;
    $("bartered").hidden = !given?.barter;
    $("less-told").textContent = discount()?.cents > 0 ? say("with_discount", { sum: money(due()) }) : "";
    const over = credit() - less();
    $("credit").textContent = !credit() ? "" : over > 0 ? say("give_rest", { back: money(over) }) : say("pay_rest", { sum: money(less() - credit()) });
    tell(given ? "" : words.too_much);
  }

  function tell(wrong) {
    $("wrong").hidden = !wrong;
    $("wrong").textContent = wrong;
  }

  /* What is given back of the note that was chosen. */
  function back(given) {
    return Math.max(0, Number($("charge").elements.note?.value ?? 0) - (given.cash ?? 0));
  }

  $("charge").addEventListener("input", drawParts);
  for (const part of ["parts", "less"]) $(part).addEventListener("toggle", drawParts);
  return { start: startCharge, draw: drawParts, paid, back, bartered, discount, fault, tell };
}
