"""Icons: a page carries, once, only the symbols that it used."""

import re
from functools import cache

from flask import Flask, g
from markupsafe import Markup

from marketplace.core.assets import asset

SYMBOL = re.compile(r'<symbol id="i-([\w-]+)"(.*?</symbol>)', re.DOTALL)


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"use_icon": use_icon, "icon_sprite": icon_sprite}


def use_icon(name: str) -> str:
    """Note that the page shows this icon, and return its name.

    :raises KeyError: if `static/icons.svg` has no such symbol.
    """
    if name not in _symbols(_sheet()):
        raise KeyError(f"no icon named {name}")
    g.setdefault("icons_used", set()).add(name)
    return name


def icon_sprite() -> Markup:
    """Return one hidden drawing with the symbols used since the last call; ends every page."""
    symbols = _symbols(_sheet())
    used = sorted(g.pop("icons_used", ()))
    body = Markup("").join(symbols[name] for name in used)
    return Markup('<svg width="0" height="0" class="vh" aria-hidden="true">{}</svg>').format(body)


def _sheet() -> bytes:
    return asset("icons.svg").bodies[""]


@cache
def _symbols(sheet: bytes) -> dict[str, Markup]:
    return {
        name: Markup(f'<symbol id="i-{name}"{rest}')  # noqa: S704 - our own file
        for name, rest in SYMBOL.findall(sheet.decode())
    }
