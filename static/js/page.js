/* Small improvements of every page; each works without. */
const all = (selector) => document.querySelectorAll(selector);

/* The error summary takes focus, so that a reader hears it first. */
document.querySelector("[data-errsum]")?.focus();

/* A button that was pressed says so, and a second press sends nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  button.classList.add("is-busy");
  button.setAttribute("aria-disabled", "true");
  button.dataset.rest = button.innerHTML;
  button.textContent = button.dataset.busy;
});

/* Back from the next page: the form may be sent again. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  for (const button of all("button.is-busy")) rest(button);
});

function rest(button) {
  button.classList.remove("is-busy");
  button.removeAttribute("aria-disabled");
  if (button.dataset.rest) button.innerHTML = button.dataset.rest;
}

/* Copy: shown only where the browser can. */
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 4000);
  });
}

/* The phone's own way to pass something on. */
for (const button of all("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const url = new URL(button.dataset.share, location.href).href;
    navigator.share({ title: button.dataset.title, url }).catch(() => {});
  });
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* − n +: in a form that is sent by another button the number moves at once. */
for (const group of all("[data-qty]")) {
  const box = group.querySelector("input");
  for (const button of group.querySelectorAll("button[type=button]")) {
    button.addEventListener("click", () => {
      const most = Number(box.dataset.max || 999);
      const next = (parseInt(box.value, 10) || 0) + Number(button.dataset.step);
      box.value = Math.min(most, Math.max(1, next));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

/* A select that only sorts sends itself; its button stays for those without script. */
for (const select of all("select[data-now]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
