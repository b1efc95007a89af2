/* Keeps the app itself on the device: tried again until it is there. A till that was opened over a
   poor line must open without one, and whoever takes it to a fair must know whether it will. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

export function installing({ address, scope, changed }) {
  let again = false;
  let pause = FIRST_PAUSE;
  let timer;

  async function install() {
    clearTimeout(timer);
    const found = await kept();
    again = found === false;
    changed(!found);
    if (!again) return;
    timer = setTimeout(install, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  /* Whether a worker is here that opens the app; a newer one that did not arrive spoils nothing.
     Nothing comes back of a browser that keeps no apps: it is not asked again. */
  async function kept() {
    try {
      const registered = await navigator.serviceWorker?.register(address, { scope });
      return registered && (Boolean(registered.active) || (await settled(registered.installing ?? registered.waiting)));
    } catch {
      return false;
    }
  }

  function settled(worker) {
    return new Promise((resolve) => {
      const look = () => {
        if (worker.state === "activated") resolve(true);
        if (worker.state === "redundant") resolve(false);
      };
      worker.addEventListener("statechange", look);
      look();
    });
  }

  addEventListener("online", () => {
    pause = FIRST_PAUSE;
    if (again) install();
  });
  install();
}
