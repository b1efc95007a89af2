/* The camera reads tags and buyers' tickets where the browser can; everywhere else codes are typed. */
const TICKET = /#([0-9]+-[A-Z])-([0-9]{6})$/;

export function scanning({ page, goods, put, find, ticket }) {
  const { $, say, words } = page;
  let film; // what is running

  async function offer() {
    if (!window.BarcodeDetector || !navigator.mediaDevices) return;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!formats.includes("qr_code")) return;
    for (const button of document.querySelectorAll("[data-scan]")) {
      button.hidden = false;
      button.addEventListener("click", look);
    }
  }

  async function look() {
    const shown = $("scan-film");
    $("scan-text").textContent = words.hold;
    $("scan-dialog").showModal();
    try {
      film = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      $("scan-text").textContent = words.no_camera;
      return;
    }
    shown.srcObject = film;
    await shown.play();
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    while (film && $("scan-dialog").open) {
      const [found] = await reader.detect(shown).catch(() => []);
      if (found && read(found.rawValue)) $("scan-dialog").close();
      await new Promise(requestAnimationFrame);
    }
  }

  function stop() {
    film?.getTracks().forEach((track) => track.stop());
    film = null;
  }

  /* Act on what was read; tell whether it was one of ours. */
  function read(text) {
    const [, order, code] = TICKET.exec(text) ?? [];
    if (order) return ticket(order, code) || unknown();
    const parts = text.toUpperCase().split(/[^A-Z0-9-]+/);
    const found = goods().filter((good) => good.code && parts.includes(good.code.toUpperCase()));
    if (found.length === 1) put(found[0]);
    else if (found.length) find(found[0].code);
    return found.length > 0 || unknown();
  }

  function unknown() {
    $("scan-text").textContent = say("not_ours");
    return false;
  }

  $("scan-dialog").addEventListener("close", stop);
  offer();
  return { read };
}
