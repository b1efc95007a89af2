"""Icons: a page carries, once, only the symbols that it used."""

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from functools import cache, lru_cache

from flask import Flask, g
from markupsafe import Markup

from marketplace.core.assets import asset, static_version

SHEET = "icons.svg"
SYMBOL = re.compile(r'<symbol id="i-([\w-]+)"(.*?</symbol>)', re.DOTALL)


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"use_icon": use_icon, "icon_sprite": icon_sprite}


def use_icon(name: str) -> str:
    """Note that the page shows this icon, and return its name.

    :raises KeyError: if `static/icons.svg` has no such symbol.
    """
    if name not in _symbols(static_version(SHEET)):
        raise KeyError(f"no icon named {name}")
    g.setdefault("icons_used", set()).add(name)
    return name


def use(names: Set[str]) -> None:
    """Note that the page shows these icons, which were used before."""
    if names:
        g.setdefault("icons_used", set()).update(names)


@contextmanager
def apart() -> Iterator[set[str]]:
    """Note the icons that are used meanwhile apart from the page's."""
    of_page = g.pop("icons_used", set())
    used: set[str] = set()
    g.icons_used = used
    try:
        yield used
    finally:
        g.icons_used = of_page


def icon_sprite() -> Markup:
    """Return one hidden drawing with the symbols used since the last call; ends every page."""
    return _sprite(static_version(SHEET), frozenset(g.pop("icons_used", ())))


@lru_cache(maxsize=512)
def _sprite(version: str, used: frozenset[str]) -> Markup:
    symbols = _symbols(version)
    body = Markup("").join(symbols[name] for name in sorted(used))
    return Markup('<svg width="0" height="0" class="vh" aria-hidden="true">{}</svg>').format(body)


@cache
def _symbols(_version: str) -> dict[str, Markup]:
    sheet = asset(SHEET).bodies[""]
    return {
        name: Markup(f'<symbol id="i-{name}"{rest}')  # noqa: S704 - our own file
        for name, rest in SYMBOL.findall(sheet.decode())
    }
