/* How a sale is paid: what was chosen and typed, what is left in cash, and the change. */
export function charging({ page, book, money, lines }) {
  const { $, make, say, words } = page;

  /* Charging: cash and "exactly" are chosen, so that one more touch keeps the sale. */
  function startCharge() {
    const due = book.total(lines());
    $("charge").reset();
    $("parts").open = false;
    drawNotes(due);
    drawParts();
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
    const due = book.total(lines());
    const way = $("charge").elements.way.value;
    const typed = (id) => ($(id).value.trim() ? book.cents($(id).value) : 0);
    if (!$("parts").open) return way === "cash" ? book.tenders(due, 0, 0) : { [way]: due };
    const [pix, card] = [typed("part-pix"), typed("part-card")];
    return pix + card <= due ? book.tenders(due, pix, card) : null; // not a number is no amount
  }

  function drawParts() {
    const given = paid();
    const cash = given?.cash ?? 0;
    const split = $("parts").open;
    $("part-cash").textContent = given ? say("rest_in_cash", { sum: money(cash) }) : words.too_much;
    $("received").hidden = !cash;
    if (split && Number($("charge").elements.note?.[0]?.value) !== cash) drawNotes(cash || 1);
    else if (!split && Number($("charge").elements.note?.[0]?.value) !== book.total(lines())) drawNotes(book.total(lines()));
    const note = Number($("charge").elements.note?.value ?? cash);
    $("change").textContent = money(Math.max(0, note - cash));
    $("pix-later").hidden = !given?.own_pix;
    $("wrong").hidden = Boolean(given);
    $("wrong").textContent = words.too_much;
  }

  /* What is given back of the note that was chosen. */
  function back(given) {
    return Math.max(0, Number($("charge").elements.note?.value ?? 0) - (given.cash ?? 0));
  }

  $("charge").addEventListener("input", drawParts);
  $("parts").addEventListener("toggle", drawParts);
  return { start: startCharge, draw: drawParts, paid, back };
}
