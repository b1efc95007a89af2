/* What is typed is never lost: `<form data-draft="key">` keeps its fields on this device until a
   page says `data-draft-done="key"`. Passwords and files are not kept. */
const PREFIX = "draft:";
const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds

function store() {
  try {
    return window.localStorage;
  } catch {
    return null; // private windows of some browsers
  }
}

const box = store();
if (box) start(box);

function start(kept) {
  for (const mark of document.querySelectorAll("[data-draft-done]")) {
    kept.removeItem(PREFIX + mark.dataset.draftDone);
  }
  forgetOld(kept);
  for (const form of document.querySelectorAll("form[data-draft]")) watch(kept, form);
}

function forgetOld(kept) {
  for (const key of Object.keys(kept)) {
    if (!key.startsWith(PREFIX)) continue;
    const found = read(kept, key);
    if (!found || Date.now() - found.at > KEPT_FOR) kept.removeItem(key);
  }
}

function read(kept, key) {
  try {
    return JSON.parse(kept.getItem(key));
  } catch {
    return null;
  }
}

function watch(kept, form) {
  const key = PREFIX + form.dataset.draft;
  const found = read(kept, key);
  const answered = form.querySelector("[aria-invalid=true]") || document.querySelector("[data-errsum]");
  const version = form.dataset.draftVersion || "";
  if (found && !answered && found.version === version) restore(form, found.values);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(kept, key, form, version), 400);
  });
  form.addEventListener("submit", () => save(kept, key, form, version));
}

function save(kept, key, form, version) {
  try {
    kept.setItem(key, JSON.stringify({ at: Date.now(), version, values: values(form) }));
  } catch {
    /* the device is full: the page still works */
  }
}

function fields(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      field.name !== "csrf_token" &&
      !["password", "file", "hidden", "submit", "button"].includes(field.type) &&
      field.autocomplete !== "one-time-code",
  );
}

function values(form) {
  return fields(form).map((field) =>
    ["checkbox", "radio"].includes(field.type)
      ? [field.name, field.value, field.checked]
      : [field.name, field.value],
  );
}

function restore(form, saved) {
  let changed = false;
  const there = fields(form);
  const nth = new Map();
  for (const [name, value, checked] of saved) {
    const place = nth.get(name) ?? 0;
    const same = there.filter((field) => field.name === name);
    if (checked === undefined) {
      nth.set(name, place + 1);
      changed = put(same[place], "value", value) || changed;
    } else {
      changed = put(same.find((field) => field.value === value), "checked", checked) || changed;
    }
  }
  if (changed) say(form);
}

function put(field, property, value) {
  if (!field || field[property] === value) return false;
  field[property] = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function say(form) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = false;
}
