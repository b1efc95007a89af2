/* What a page makes hard for people who use keys, large letters, a small window or a shaky finger.
   Given the page's state, returns a list of sentences; empty when all is well. */
({ part }) => {
  const seen = (el) => el.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
  const name = (el) =>
    `<${el.tagName.toLowerCase()} ${el.className}> ${(el.innerText || el.name || el.value || "").trim().slice(0, 40)}`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const REACHED =
    'a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const parts = {
    /* WCAG 2.4.7 and 2.4.11: what has the focus shows it, and nothing lies over all of it. */
    focus() {
      const found = [];
      for (const el of all(REACHED)) {
        if (el.tabIndex < 0) continue;
        el.focus();
        if (document.activeElement !== el) found.push(`takes no focus: ${name(el)}`);
        const ring = [el, el.parentElement].some((it) => getComputedStyle(it).outlineStyle !== "none");
        if (!ring) found.push(`shows no focus: ${name(el)}`);
        if (!uncovered(el)) found.push(`focus is covered: ${name(el)}`);
      }
      return found;
    },
    /* WCAG 1.4.4: letters twice as large are not cut off. */
    clipped() {
      return all("main *, header *, nav *")
        .filter((el) => [...el.childNodes].some((it) => it.nodeType === 3 && it.data.trim()))
        .filter((el) => ["hidden", "clip"].includes(getComputedStyle(el).overflowX))
        .filter((el) => !el.closest(".vh") && el.scrollWidth > el.clientWidth + 1)
        .map((el) => `is cut off: ${name(el)}`);
    },
    /* What is pressed at a stall, with wet fingers: 44 px. */
    small() {
      return all(".btn, .tabbar a, .qty button, .choice, .check, .chip, .tile, .input, .search button, .sidenav a")
        .filter((el) => !el.closest(".vh") && !el.classList.contains("vh"))
        .map((el) => [el, Math.round(el.getBoundingClientRect().height)])
        .filter(([, height]) => height < 44)
        .concat(links())
        .map(([el, height]) => `is ${height} px high: ${name(el)}`);
    },
    /* What narrow places do to words and icons, with letters as they come. */
    torn() {
      return [...tornWords(), ...lonelyIcons()];
    },
    /* What makes a page wider than its window. */
    wide() {
      const most = document.documentElement.clientWidth;
      return all("body *")
        .filter((el) => !el.closest(".vh") && el.getBoundingClientRect().right > most + 0.5)
        .map(name)
        .slice(-4)
        .concat(wideText(most));
    },
    still() {
      const moves = (style) => style.animationName !== "none" || !/^0s(, 0s)*$/.test(style.transitionDuration);
      return [...document.querySelectorAll("body *")]
        .filter((el) => [null, "::before", "::after"].some((pseudo) => moves(getComputedStyle(el, pseudo))))
        .map((el) => `moves: ${name(el)}`);
    },
  };
  function wideText(most) {
    const range = document.createRange(), found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      range.selectNodeContents(walker.currentNode);
      const el = walker.currentNode.parentElement;
      if (seen(el) && !el.closest(".vh") && range.getBoundingClientRect().right > most + 0.5) found.push(`“${range}”`);
    }
    return found.slice(0, 4);
  }
  /* Names that lead on, in lists and tables: 24 px (WCAG 2.5.8). */
  function links() {
    return all("main :is(h2, h3, th, td, li) > a")
      .map((el) => [el, Math.round(el.getBoundingClientRect().height)])
      .filter(([, height]) => height < 24);
  }
  /* A word that would fit, yet ends on another line than it began. */
  function tornWords() {
    const range = document.createRange(), found = [];
    for (const el of all("h1, h2, h3, legend, .btn, .chip, .badge, .tile, .tabbar a, .steps li")) {
      const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
      while (walker.nextNode())
        for (const word of walker.currentNode.data.matchAll(/\p{L}{2,16}/gu)) {
          range.setStart(walker.currentNode, word.index);
          range.setEnd(walker.currentNode, word.index + word[0].length);
          const tops = [...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top));
          if (new Set(tops).size > 1) found.push(`is torn apart, “${word[0]}”: ${name(el)}`);
        }
    }
    return [...new Set(found)];
  }
  /* An icon beside words, whose words have gone to the next line; a grid puts them there. */
  function lonelyIcons() {
    const beside = (style) => style.display !== "grid" && !style.flexDirection.startsWith("column");
    return all("main .i + *")
      .filter((el) => beside(getComputedStyle(el.parentElement)))
      .filter((el) => el.getBoundingClientRect().top >= el.previousElementSibling.getBoundingClientRect().bottom)
      .map((el) => `has its icon on a line of its own: ${name(el)}`);
  }
  function uncovered(el) {
    const box = el.getBoundingClientRect();
    const places = [];
    for (const x of [0.1, 0.5, 0.9])
      for (const y of [0.1, 0.5, 0.9]) places.push([box.left + box.width * x, box.top + box.height * y]);
    return places.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (el.contains(top) || top.contains(el));
    });
  }
  return parts[part]();
};
