/* A photo is made smaller on the phone (1280 px, about 300 KB) before it goes, and its way is shown.
   Without this the file goes as it is. */
const SIDE = 1280;
const ENOUGH = 300 * 1024;

for (const field of document.querySelectorAll("[data-photo]")) watch(field);

function watch(field) {
  const input = field.querySelector("input[type=file]");
  const state = field.querySelector("[data-photo-state]");
  if (!input || !state || !window.DataTransfer || !window.createImageBitmap) return;
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    state.textContent = state.dataset.shrinking;
    try {
      const small = await Promise.all([...input.files].map(shrink));
      const carrier = new DataTransfer();
      small.forEach((file) => carrier.items.add(file));
      input.files = carrier.files;
      const bytes = small.reduce((sum, file) => sum + file.size, 0);
      state.textContent = state.dataset.ready.replace("{size}", kilobytes(bytes));
      preview(field, small[0]);
    } catch {
      state.textContent = state.dataset.failed;
    }
  });
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const factor = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  if (factor === 1 && file.size <= ENOUGH) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * factor);
  canvas.height = Math.round(picture.height * factor);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of [0.85, 0.75, 0.6, 0.5]) {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && (blob.size <= ENOUGH || quality === 0.5)) {
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    }
  }
  return file;
}

async function preview(field, file) {
  const label = field.querySelector(".upload");
  let picture = label.querySelector("canvas");
  if (!picture) {
    picture = document.createElement("canvas");
    picture.width = picture.height = 200;
    label.prepend(picture);
  }
  const shown = await createImageBitmap(file);
  const side = Math.min(shown.width, shown.height);
  const x = (shown.width - side) / 2;
  const y = (shown.height - side) / 2;
  picture.getContext("2d").drawImage(shown, x, y, side, side, 0, 0, 200, 200);
}

function kilobytes(bytes) {
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/* The form with a photo is sent with a line of progress; if that cannot be, it is sent as ever. */
for (const form of document.querySelectorAll("form")) {
  if (form.querySelector("[data-photo] input[type=file]")) form.addEventListener("submit", send);
}

function send(event) {
  const form = event.target;
  const state = form.querySelector("[data-photo-state]");
  const chosen = form.querySelector("[data-photo] input[type=file]").files.length;
  if (event.defaultPrevented || !chosen || !state) return;
  event.preventDefault();
  const body = new FormData(form);
  if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
  const request = new XMLHttpRequest();
  request.open("POST", event.submitter?.formAction || form.action || location.href);
  request.upload.addEventListener("progress", (step) => {
    if (!step.lengthComputable) return;
    bar(form, state, step.loaded / step.total);
  });
  request.addEventListener("load", () => arrive(request));
  request.addEventListener("error", () => {
    delete form.dataset.sent;
    state.textContent = state.dataset.lost || state.dataset.failed;
    release(event.submitter);
  });
  request.send(body);
}

function bar(form, state, share) {
  const done = Math.round(share * 100);
  state.textContent = state.dataset.sending.replace("{done}", `${done}%`);
  let line = form.querySelector("progress[data-photo-bar]");
  if (!line) {
    line = document.createElement("progress");
    line.max = 100;
    line.dataset.photoBar = "";
    line.setAttribute("aria-label", state.dataset.label || "");
    state.after(line);
  }
  line.value = done;
}

function release(button) {
  if (!button) return;
  button.classList.remove("is-busy");
  button.removeAttribute("aria-disabled");
  if (button.dataset.rest) button.innerHTML = button.dataset.rest;
}

/* The answer is a page: the address it led to, or the same form with its errors. */
function arrive(request) {
  const moved = request.responseURL && request.responseURL !== location.href;
  if (request.status < 400 && moved) {
    location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  document.querySelector("[data-errsum]")?.focus();
}
