/* A photo is made smaller on the phone (1280 px, about 300 KB) before it goes, and its way is shown;
   where the browser cannot, the file goes as it is. A lost connection keeps the photo. */
const SIDE = 1280;
const ENOUGH = 300 * 1024;
let shown = address(location.href);
const able = window.DataTransfer && window.createImageBitmap;

if (able) {
  begin();
  document.addEventListener("page:shown", begin);
}

function begin() {
  for (const field of document.querySelectorAll("[data-photo]:not([data-on])")) {
    field.dataset.on = "";
    input(field).addEventListener("change", () => prepare(field));
    input(field).form?.addEventListener("submit", send);
  }
}

function input(field) {
  return field.querySelector("input[type=file]");
}

function state(field) {
  return field.querySelector("[data-photo-state]");
}

async function prepare(field) {
  const files = [...input(field).files];
  if (!files.length) return;
  const line = state(field);
  line.textContent = line.dataset.shrinking;
  try {
    const small = await Promise.all(files.map(shrink));
    carry(field, small);
    const bytes = small.reduce((sum, file) => sum + file.size, 0);
    line.textContent = line.dataset.ready.replace("{size}", kilobytes(bytes));
    await show(field, small[0]);
  } catch {
    line.textContent = line.dataset.failed;
  }
}

function carry(field, files) {
  const carrier = new DataTransfer();
  files.forEach((file) => carrier.items.add(file));
  input(field).files = carrier.files;
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
  let blob = null;
  for (const quality of [0.85, 0.75, 0.6, 0.5]) {
    blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob.size <= ENOUGH) break;
  }
  return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
}

async function show(field, file) {
  const label = field.querySelector(".upload");
  let canvas = label.querySelector("canvas");
  if (!canvas) {
    canvas = document.createElement("canvas");
    canvas.width = canvas.height = 200;
    label.prepend(canvas);
  }
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const [x, y] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, 200, 200);
  picture.close();
}

function kilobytes(bytes) {
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

function send(event) {
  const form = event.target;
  const field = form.querySelector("[data-photo]");
  if ("sent" in form.dataset || !input(field).files.length) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  const request = new XMLHttpRequest();
  request.open("POST", button?.hasAttribute("formaction") ? button.formAction : form.action);
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) report(field, Math.round((step.loaded / step.total) * 100));
  });
  request.addEventListener("load", () => arrive(request, form));
  request.addEventListener("error", () => {
    state(field).textContent = state(field).dataset.lost;
    form.dispatchEvent(new Event("form:lost", { bubbles: true }));
  });
  request.send(body);
}

function report(field, done) {
  const line = state(field);
  line.textContent = line.dataset.sending.replace("{done}", `${done}%`);
  let bar = field.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", line.dataset.label);
    line.after(bar);
  }
  bar.value = done;
}

/* The answer is a page: show it in place of this one; the same form with errors keeps its photo. */
function arrive(request, form) {
  const files = [...form.querySelectorAll("[data-photo]")].map((field) => [...input(field).files]);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (!page.querySelector("main")) {
    location.reload();
    return;
  }
  shown = address(request.responseURL);
  if (shown !== address(location.href)) history.pushState(null, "", shown);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceWith(page.body);
  if (document.querySelector("[data-errsum]")) {
    document.querySelectorAll("[data-photo]").forEach((field, i) => keep(field, files[i]));
  }
  scrollTo(0, 0);
  document.dispatchEvent(new Event("page:shown"));
}

function keep(field, files) {
  if (!files?.length) return;
  carry(field, files);
  show(field, files[0]);
}

/* Back or forward to another page than the one shown: ask for it. */
addEventListener("popstate", () => {
  if (address(location.href) !== shown) location.reload();
});

function address(url) {
  return url.split("#")[0];
}
