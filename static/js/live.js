/* Figures that grow are asked for anew each minute, while somebody looks at them and does nothing.

   After half an hour without a touch it rests: a screen left alone is no reader, and its session
   is to end. The link "Look again" does the same without script. */
const EVERY = 60_000;
const REST = 30 * EVERY;
let touched = Date.now();

for (const kind of ["pointerdown", "keydown", "scroll"])
  addEventListener(kind, () => (touched = Date.now()), { passive: true });
setInterval(lookAgain, EVERY);

async function lookAgain() {
  const old = document.querySelector("#live[data-live]");
  if (!old || document.hidden || Date.now() - touched > REST) return;
  if (old.contains(document.activeElement)) return; // somebody is at a link or a table in it
  const fresh = await asked().catch(() => null); // no internet: the figures stay, with their hour
  if (!fresh) return;
  const open = [...old.querySelectorAll("details")].map((part) => part.open);
  fresh.querySelectorAll("details").forEach((part, place) => (part.open = open[place] ?? false));
  old.replaceWith(fresh);
  document.dispatchEvent(new Event("page:shown"));
}

async function asked() {
  const answer = await fetch(location.href);
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById("live");
}
