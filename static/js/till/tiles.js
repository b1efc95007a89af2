/* What there is to sell: tiles by favour, found by kind, by name or by code. */
export function tiling({ page, book, money, now, put }) {
  const { $, make, words } = page;
  let kind = "";
  let typed = "";

  function drawChips() {
    const kinds = [{ id: "", name: words.most }, ...(now.load.segments.length > 1 ? now.load.segments : [])];
    const chips = kinds.map(({ id, name }) =>
      make("button", { type: "button", class: "chip", "aria-pressed": String(id === kind), onclick: () => choose(id) }, name),
    );
    $("chips").replaceChildren(...(chips.length > 1 ? chips : []));
  }

  function choose(id) {
    kind = id;
    drawChips();
    drawTiles();
  }

  function found() {
    const shown = (good) => (!kind || good.segment === kind) && book.matches(good, typed);
    return book.byFavour(now.load.goods.filter(shown), now.rows);
  }

  function drawTiles() {
    const goods = found();
    $("none").hidden = goods.length > 0;
    $("tiles").replaceChildren(...goods.map(tile));
  }

  function tile(good) {
    const picture = make("img", { src: good.picture, alt: "", width: 300, height: 200, loading: "lazy" });
    const seller = now.load.desk ? make("small", {}, good.seller) : undefined;
    const name = make("span", {}, good.name, make("b", {}, money(good.price_cents)), seller);
    const made = make("button", { type: "button", "data-good": good.id, onclick: () => put(good) }, picture, name);
    markOne(made, good.id);
    return made;
  }

  function markOne(button, id) {
    const n = now.lines.filter((line) => line.product === id).reduce((sum, line) => sum + line.quantity, 0);
    button.classList.toggle("on", n > 0);
    button.querySelector(".count")?.remove();
    if (n) button.append(make("i", { class: "count" }, String(n), make("span", { class: "vh" }, ` ${words.in_sale}`)));
  }

  function find(event) {
    event.preventDefault();
    const goods = found();
    if (!typed.trim() || goods.length !== 1) return;
    put(goods[0]);
    $("find").value = typed = "";
    drawTiles();
  }

  /* Show what has a code that was read, where it is not one product alone. */
  function showFound(code) {
    $("find").value = typed = code;
    drawTiles();
  }

  function draw() {
    drawChips();
    drawTiles();
  }

  /* Show on each tile how many of it are in the sale. */
  function mark() {
    for (const button of document.querySelectorAll("[data-good]")) markOne(button, Number(button.dataset.good));
  }

  $("find").addEventListener("input", (event) => {
    typed = event.target.value;
    drawTiles();
  });
  $("search").addEventListener("submit", find);
  return { draw, mark, find: showFound };
}
