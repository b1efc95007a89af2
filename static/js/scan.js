/* The buyer's screen shows number and code as a QR: the camera types them, here or by opening this
   page with them behind the "#", which no server sees. */
const SHOWN = /#([0-9]+-[A-Z])-([0-9]{6})$/;
const form = document.querySelector("[data-scan-form]");
const scanner = form?.querySelector("[data-scan]");

if (form) {
  fillFromAddress();
  addEventListener("hashchange", fillFromAddress); // the next buyer's, with this page still open
  offer();
}

function fillFromAddress() {
  if (fill(location.href)) history.replaceState(null, "", location.pathname + location.search);
}

async function offer() {
  if (!scanner || !window.BarcodeDetector || !navigator.mediaDevices) return;
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
  scanner.hidden = false;
  scanner.querySelector("button").addEventListener("click", look);
}

async function look() {
  const film = scanner.querySelector("video");
  try {
    film.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
  } catch {
    say(scanner.dataset.failed);
    return;
  }
  film.hidden = false;
  await film.play();
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  while (!film.hidden) {
    const found = await reader.detect(film).catch(() => []);
    if (found.some((code) => fill(code.rawValue))) close(film);
    await new Promise(requestAnimationFrame);
  }
}

function close(film) {
  film.srcObject.getTracks().forEach((track) => track.stop());
  film.hidden = true;
}

/* Write what was read into the boxes; tell whether it was one of our codes. */
function fill(read) {
  const [, number, code] = SHOWN.exec(read) ?? [];
  const place = form.querySelector("[data-scan-code]");
  if (!code || !place) return false;
  const asked = form.dataset.scanForm;
  if (asked && asked !== number) {
    say(scanner.dataset.other);
    return true;
  }
  const box = form.querySelector("[data-scan-number]");
  if (box) box.value = number;
  place.value = code;
  say(scanner.dataset.found);
  return true;
}

function say(text) {
  scanner.querySelector("[role=status]").textContent = text;
}
