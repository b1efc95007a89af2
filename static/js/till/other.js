/* Another value: something that is in no catalogue. */
export function otherValue({ page, book, sellers, put }) {
  const { $, make, words } = page;

  function ask() {
    $("other-form").reset();
    $("other-wrong").hidden = true;
    $("other-who").hidden = sellers().length < 2;
    $("other-seller").replaceChildren(...sellers().map(({ id, name }) => make("option", { value: id }, name)));
    $("other-dialog").showModal();
  }

  function add(event) {
    if (event.submitter?.value !== "add") return;
    const price = book.cents($("other-value").value);
    if (!(price > 0)) {
      event.preventDefault();
      $("other-wrong").hidden = false;
      return;
    }
    const name = $("other-name").value.trim() || words.other;
    put({ product: null, enterprise: Number($("other-seller").value), name, quantity: 1, price_cents: price });
  }

  $("other").addEventListener("click", ask);
  $("other-form").addEventListener("submit", add);
}
