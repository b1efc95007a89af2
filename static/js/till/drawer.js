/* The drawer: what was in it at first, what was taken out, and what was counted at the end. */
export function drawing({ page, book, money, rows, keep }) {
  const { $, make, say, words, language } = page;

  function counts(kind) {
    return rows().filter((row) => row.kind === "count" && row.body.kind === kind);
  }

  function sum(some, of) {
    return some.reduce((all, row) => all + of(row.body), 0);
  }

  /* What should be in the drawer, as far as this device knows. */
  function expected() {
    const amount = (body) => body.amount_cents;
    return sum(counts("opening"), amount) + taken("cash") - sum(counts("withdrawal"), amount);
  }

  /* What was given in one way, and not undone. */
  function taken(way) {
    const paid = rows().filter((row) => row.body.tenders && !row.voided);
    const back = way === "cash" ? rows().filter((row) => row.kind === "return") : [];
    return sum(paid, (body) => body.tenders[way] ?? 0) - sum(back, (body) => body.amount_cents);
  }

  function draw() {
    const float = sum(counts("opening"), (body) => body.amount_cents);
    $("drawer-float").textContent = float ? say("with_float", { sum: money(float) }) : words.no_float;
    const told = rows().filter((row) => row.kind === "count");
    $("counts").hidden = !told.length;
    $("counts").replaceChildren(...told.reverse().map(entry));
    $("closing-notes").hidden = !taken("social");
    $("closing-goods").textContent = taken("barter") ? `${words.barter}: ${money(taken("barter"))}` : "";
    drawClosing();
  }

  function entry({ body }) {
    const time = new Date(body.made_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    const off = body.kind === "closing" ? body.amount_cents - body.expected_cents : 0;
    const about = [time, body.social_cents === undefined ? "" : `${words.social}: ${money(body.social_cents)}`, off ? say("off", { sum: money(off) }) : "", body.reason].filter(Boolean).join(" · ");
    const name = make("div", { class: "grow" }, make("strong", {}, words[body.kind]), make("p", { class: "small muted" }, about));
    return make("li", { class: "item" }, name, make("strong", { class: "num nowrap" }, money(body.amount_cents)));
  }

  /* The difference is told only once something was counted. */
  function drawClosing() {
    const counted = book.cents($("closing-amount").value);
    const off = counted - expected();
    $("closing-told").textContent = Number.isNaN(counted) ? "" : off ? say("should", { sum: money(expected()), off: money(off) }) : words.right;
    const notes = taken("social") ? book.cents($("closing-social").value) : 0;
    const less = notes - taken("social");
    $("closing-told").textContent += less ? ` ${words.social}: ${say("should", { sum: money(taken("social")), off: money(less) })}` : "";
    $("closing-why").hidden = !off && !less;
  }

  function told(kind) {
    return async (event) => {
      event.preventDefault();
      const amount = book.cents($(`${kind}-amount`).value);
      const reason = $(`${kind}-reason`)?.value.trim() ?? "";
      const due = kind === "closing" ? expected() : null;
      const apart = kind === "closing" && taken("social") ? { social_cents: book.cents($("closing-social").value) } : {};
      const less = (apart.social_cents ?? 0) - (kind === "closing" ? taken("social") : 0);
      const needs = kind === "withdrawal" || (kind === "closing" && (amount !== due || less));
      const wrong = Number.isNaN(amount) || Number.isNaN(less) || (!amount && kind !== "closing") ? words.no_amount : needs && !reason ? words.why : "";
      $(`${kind}-wrong`).textContent = wrong;
      $(`${kind}-wrong`).hidden = !wrong;
      if (wrong) return;
      const id = book.code();
      const body = { id, made_at: new Date().toISOString(), kind, amount_cents: amount, expected_cents: due, reason, ...apart };
      if (!(await keep({ id, kind: "count", body }))) return;
      $(`${kind}-form`).reset();
      draw();
      $("drawer-done").textContent = say("counted", { what: words[kind], sum: money(amount) });
      $("drawer-done").hidden = false;
    };
  }

  for (const kind of ["opening", "withdrawal", "closing"]) $(`${kind}-form`).addEventListener("submit", told(kind));
  for (const part of ["amount", "social"]) $(`closing-${part}`).addEventListener("input", drawClosing);
  return { draw, expected };
}
