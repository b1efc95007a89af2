/* The page's own words, and how its parts are made. */
export const words = JSON.parse(document.getElementById("till-words").textContent);
export const language = document.documentElement.lang;
export const $ = (id) => document.getElementById(id);

export function say(key, facts = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

export function some(key, n) {
  return say(n === 1 ? `${key}_one` : key, { n });
}

/* Make an element: its attributes, those that start with "on" being listeners, and what is in it. */
export function make(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...inside.filter((one) => one !== undefined));
  return made;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  drawn.setAttribute("class", "i");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  drawn.append(use);
  return drawn;
}

/* Whoever works with keys or hears the page goes on from here. */
export function reach(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/* Draw again what is in a place; the button that was reached by keys stays reached. */
export function redraw(place, inside) {
  const reached = [...place.querySelectorAll("button")].indexOf(document.activeElement);
  place.replaceChildren(...inside);
  place.querySelectorAll("button")[reached]?.focus();
}
