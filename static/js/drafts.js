/* What is typed is never lost: `<form data-draft="key">` keeps its fields on this device until they
   arrived: the page after sending has no such form any more, or says `data-draft-done="key"`.
   Passwords, codes and files are not kept. */
const PREFIX = "draft:";
const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds

const kept = store();
if (kept) {
  begin();
  document.addEventListener("page:shown", begin);
}

function store() {
  try {
    return window.localStorage;
  } catch {
    return null; // private windows of some browsers
  }
}

function begin() {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const here = new Set(forms.map(keyOf));
  const done = new Set(
    [...document.querySelectorAll("[data-draft-done]")].map((mark) => PREFIX + mark.dataset.draftDone),
  );
  for (const key of Object.keys(kept).filter((name) => name.startsWith(PREFIX))) {
    const found = read(key);
    const arrived = found?.sent && !here.has(key);
    if (!found || arrived || done.has(key) || Date.now() - found.at > KEPT_FOR) kept.removeItem(key);
  }
  forms.forEach(watch);
}

function keyOf(form) {
  return PREFIX + form.dataset.draft;
}

function read(key) {
  try {
    return JSON.parse(kept.getItem(key));
  } catch {
    return null;
  }
}

function watch(form) {
  const found = read(keyOf(form));
  const refused = document.querySelector("[data-errsum]"); // the server gave back what was typed
  if (found && !refused && found.version === version(form)) restore(form, found.values);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(form, false), 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save(form, true);
  });
}

/* A form that edits something says in data-draft-version which state it shows. */
function version(form) {
  return form.dataset.draftVersion ?? "";
}

function save(form, sent) {
  const draft = { at: Date.now(), sent, version: version(form), values: values(form) };
  try {
    kept.setItem(keyOf(form), JSON.stringify(draft));
  } catch {
    /* the device is full: the page still works */
  }
}

function fields(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !["password", "file", "hidden", "submit", "button", "fieldset"].includes(field.type) &&
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
  const there = fields(form);
  const nth = new Map();
  let changed = false;
  for (const [name, value, checked] of saved) {
    const same = there.filter((field) => field.name === name);
    if (checked === undefined) {
      const place = nth.get(name) ?? 0;
      nth.set(name, place + 1);
      changed = put(same[place], "value", value) || changed;
    } else {
      changed = put(same.find((field) => field.value === value), "checked", checked) || changed;
    }
  }
  const note = form.querySelector("[data-draft-note]");
  if (changed && note) note.hidden = false;
}

function put(field, property, value) {
  if (!field || field[property] === value) return false;
  field[property] = value;
  return true;
}
