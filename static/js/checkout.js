/* Another way, zone or day was chosen: what the page asks for and its total follow at once. Without
   script a button does the same. */
const form = document.querySelector("form[data-checkout]");
const FOLLOWED = /^(plan|zone|day|method|way_\d+)$/;
let asked = 0;

form?.addEventListener("change", async (event) => {
  if (!FOLLOWED.test(event.target.name)) return;
  const turn = ++asked;
  const body = new FormData(form);
  body.set("look", "1");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || turn !== asked) return; // the button still works
  show(new DOMParser().parseFromString(await answer.text(), "text/html"));
});

function show(page) {
  const fresh = page.querySelector("form[data-checkout]");
  if (!fresh) return;
  document.querySelector(".errsum")?.remove(); // it was about the choice before
  const focused = document.activeElement?.id;
  const typed = new Map([...form.querySelectorAll("input.input")].map((box) => [box.id, box.value]));
  for (const part of form.querySelectorAll("[data-part]")) {
    part.replaceWith(fresh.querySelector(`[data-part="${part.dataset.part}"]`));
  }
  for (const [id, value] of typed) {
    const box = document.getElementById(id);
    if (box) box.value = value; // typed while the answer was on its way
  }
  form.elements.total.value = fresh.elements.total.value;
  if (focused) document.getElementById(focused)?.focus();
  document.dispatchEvent(new Event("page:shown"));
}
