/* Small improvements of every page; each works without. */
begin();
document.addEventListener("page:shown", begin);

function begin() {
  document.querySelector("[data-errsum]")?.focus(); // so that a reader hears it first
  each("[data-copy]", navigator.clipboard, copies);
  each("[data-share]", navigator.share, shares);
  each("[data-print]", true, (button) => button.addEventListener("click", () => print()));
  each("[data-qty]", true, counts);
  each("select[data-now]", true, (box) =>
    box.addEventListener("change", () => box.form.requestSubmit()),
  );
}

/* Give each of these its manner, once, and show those that are of use only with script. */
function each(selector, possible, manner) {
  if (!possible) return;
  for (const part of document.querySelectorAll(`${selector}:not([data-on])`)) {
    part.dataset.on = "";
    part.hidden = false;
    manner(part);
  }
}

function copies(button) {
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 4000);
  });
}

function shares(button) {
  button.addEventListener("click", (event) => {
    event.preventDefault(); // without script, and where the phone has no such menu, by WhatsApp
    const url = new URL(button.dataset.share, location.href).href;
    navigator.share({ title: button.dataset.title, url }).catch(() => {}); // closed by the reader
  });
}

/* − n +: where the buttons do not send the form, the number moves at once. */
function counts(group) {
  const box = group.querySelector("input");
  for (const button of group.querySelectorAll("button[type=button]")) {
    button.addEventListener("click", () => {
      const next = (parseInt(box.value, 10) || 0) + Number(button.dataset.step);
      box.value = Math.min(Number(box.dataset.max || 999), Math.max(1, next));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

/* A button that was pressed says so, and a second press sends nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") form.dataset.sent = "";
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  button.dataset.rest = button.innerHTML;
  button.classList.add("is-busy");
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
});

/* It did not go, or the reader came back: the form may be sent again. */
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free);
});
document.addEventListener("form:lost", (event) => free(event.target));

function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button.is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
    button.innerHTML = button.dataset.rest;
  }
}
