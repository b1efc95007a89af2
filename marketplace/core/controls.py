"""The attributes of controls, as WTForms writes them: each at once, where it takes ten steps."""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape
from wtforms.widgets import core


def init_app(_app: Flask) -> None:
    """Take the place of the library's own, in all of its widgets."""
    library: Any = core
    library.html_params = written
    for widget in (core.Input, core.TextArea, core.Button):
        setattr(widget, "html_params", staticmethod(written))  # noqa: B010


def written(**attributes: Any) -> Markup:
    """Write attributes in the order of their names: true ones bare, false ones not at all."""
    told = sorted(attributes.items())
    parts = [_one(core.clean_key(name), value) for name, value in told if value is not False]
    return Markup(" ".join(parts))  # noqa: S704 - each value is escaped


def _one(name: str, value: Any) -> str:
    if value is True:
        return name
    quoted = escape(value)
    return f'{name}="{quoted.replace(_QUOTE, _QUOTED) if _QUOTE in quoted else quoted}"'


_QUOTE, _QUOTED = Markup('"'), Markup("&quot;")  # in what was markup before
