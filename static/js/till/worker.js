/* Keeps the till's page and its parts on the device: /caixa opens without a network. FILES, SHELL
   and VERSION are written above this by the house; another version is another worker. */
const PARTS = `caixa-${VERSION}`;
const PICTURES = "caixa-fotos";

addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => skipWaiting()));
});

/* What came stays, whatever else broke off: the next try asks for the rest alone. */
async function keepAll() {
  const cache = await caches.open(PARTS);
  const tried = await Promise.allSettled([SHELL, ...FILES].map((file) => keep(cache, file)));
  const lost = tried.find((one) => one.status === "rejected");
  if (lost) throw lost.reason;
}

async function keep(cache, file) {
  if (!(await cache.match(file))) await cache.add(new Request(file, { cache: "reload" }));
}

addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === SHELL) event.respondWith(part(SHELL));
  else if (FILES.includes(pathname + search)) event.respondWith(part(pathname + search));
  else if (request.destination === "image") event.respondWith(picture(request));
});

async function part(path) {
  const kept = await caches.open(PARTS).then((cache) => cache.match(path));
  return kept ?? fetch(path);
}

async function picture(request) {
  const kept = await caches.open(PICTURES).then((cache) => cache.match(request.url));
  return kept ?? fetch(request);
}

/* Parts of former versions go; another language's, whose name ends otherwise, stay. */
async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("caixa-") && name.endsWith(`:${SHELL}`) && name !== PARTS);
  await Promise.all(old.map((name) => caches.delete(name)));
}
