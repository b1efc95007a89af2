"""The look: what every template may call, registered in one place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from marketplace.core import charts, formats, icons
from marketplace.core.money import split
from marketplace.core.rights import GuardedFlask, current_person


@dataclass(frozen=True)
class Segment:
    """A line of work: a colour (`--c<n>` in tokens.css), an icon and a name, never one alone."""

    colour: int
    icon: str
    name: str
    drawing: str


@dataclass(frozen=True)
class Part:
    """One of the five groups that a price is shown in; their order is fixed."""

    code: str
    colour: int
    name: str
    what: str


SEGMENTS = {
    "artesanato": Segment(1, "needle-thread", _("Crafts"), "pote"),
    "extrativismo": Segment(2, "leaf", _("Forest goods"), "castanha"),
    "reciclagem": Segment(3, "recycle", _("Recycling"), "vaso"),
    "mandioca": Segment(7, "bowl", _("Cassava"), "farinha"),
    "agricultura_familiar": Segment(8, "carrot", _("Family farming"), "horta"),
}
PARTS = (
    Part("makers", 2, _("The makers"), _("work of those who made it")),
    Part("materials", 5, _("Materials"), _("materials and tools")),
    Part("transport", 3, _("Packing and transport"), _("boat, freight, box")),
    Part("fund", 4, _("Solidarity fund"), _("reserve decided in assembly")),
    Part("fees", 6, _("Payment fee"), _("bank or card machine")),
)
# What stands in for a missing photo, by category; otherwise the segment's own drawing.
DRAWINGS = {
    "acessorios": "colar",
    "alimentos-prontos": "acai",
    "biojoias": "colar",
    "bolsas": "cesto",
    "brinquedos": "canoa",
    "casa": "cesto",
    "castanha": "castanha",
    "cestaria": "cesto",
    "cestas": "horta",
    "cozinha": "colher",
    "decoracao": "pote",
    "embalagens": "caderno",
    "festa": "feira",
    "jardim": "horta",
    "lembrancas": "anel",
    "mandioca": "farinha",
    "mel": "mel",
    "mercearia": "farinha",
    "mesa": "colher",
    "miniaturas": "canoa",
    "moveis": "cesto",
    "papelaria": "caderno",
    "polpas": "acai",
    "redes": "rede",
    "religiosos": "colar",
    "vestuario": "colar",
}
ANY_PAGE = 10**9 + 7  # stands for a number in an address: nobody reaches it
FLASHES = {"success": "ok", "error": "err", "danger": "err", "warning": "warn"}
FLASH_ICONS = {"ok": "circle-check", "warn": "alert-triangle", "err": "alert-circle"}


def init_app(app: Flask) -> None:
    for part in (charts, formats, icons):
        part.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "zip": zip,
        "SEGMENTS": SEGMENTS,
        "PARTS": PARTS,
        "drawing": drawing,
        "shares_of": shares_of,
        "endpoint_exists": endpoint_exists,
        "opens": opens,
        "page_at": page_at,
        "door": door,
        "page_url": page_url,
        "pages_near": pages_near,
        "url_with": url_with,
        "url_without": url_without,
        "errors_in": errors_in,
        "flash_kind": flash_kind,
        "flash_icon": flash_icon,
    }


def drawing(category: str = "", segment: str = "") -> str:
    """Return the illustration that stands in for a photo."""
    shown = SEGMENTS.get(segment)
    name = DRAWINGS.get(category) or (shown.drawing if shown else "cesto")
    return f"illustrations/{name}.svg"


def shares_of(parts: Sequence[int]) -> list[int]:
    """Return the parts of a price in whole hundredths that add up to 100."""
    return split(100, parts) if sum(parts) > 0 else [0] * len(parts)


def endpoint_exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def opens(endpoint: str) -> bool:
    """Tell whether this page exists and the rights table opens it to who is asking."""
    if not endpoint_exists(endpoint) or not isinstance(current_app, GuardedFlask):
        return endpoint_exists(endpoint)
    return current_app.rules[endpoint](current_person())


def page_at(path: str) -> str:
    """Return the address of the page at this path in the reader's language, or "" if none is there.

    Menus and footers name the fixed addresses, so a page not built yet is never a dead link.
    """
    return request.script_root + path if _endpoint_at(path) else ""


def door(path: str) -> str:
    """Return the page's address where the rights table opens it to who is asking, otherwise ""."""
    return page_at(path) if opens(_endpoint_at(path)) else ""


def page_url(number: int) -> str:
    """Return this page's address at another page of its list; page 1 carries no number."""
    if number == 1:
        return _here({**_arguments(), "pagina": []})
    if (pattern := g.get("page_pattern")) is None:
        pattern = g.page_pattern = _here({**_arguments(), "pagina": [ANY_PAGE]})
    return str(pattern).replace(f"pagina={ANY_PAGE}", f"pagina={number}")


def pages_near(page: Any) -> list[int]:
    """Return the numbers of the pages that a pager tells apart, however many there are."""
    near = range(page.number - 2, page.number + 3)
    return sorted({1, page.pages, *(n for n in near if 1 <= n <= page.pages)})


def url_with(**changes: Any) -> str:
    """Return this page's address with some arguments changed (None drops one), at page 1."""
    fresh = {name: [] if value is None else [value] for name, value in changes.items()}
    return _here({**_arguments(), "pagina": [], **fresh})


def url_without(name: str, value: str | None = None) -> str:
    """Return this page's address without an argument, or without one of its values, at page 1."""
    arguments = _arguments()
    kept = [v for v in arguments.pop(name, []) if value is not None and v != value]
    return _here({**arguments, "pagina": [], name: kept})


def errors_in(form: Any) -> list[tuple[str, str]]:
    """Return (id of the control, message) for each field that has an error, in reading order."""
    own = [("", str(message)) for message in getattr(form, "form_errors", ())]
    return own + list(_errors_of(form))


def flash_kind(category: str) -> str:
    return FLASHES.get(category, category if category in FLASH_ICONS else "")


def flash_icon(kind: str) -> str:
    return FLASH_ICONS.get(kind, "info-circle")


def _endpoint_at(path: str) -> str:
    """Return the endpoint that answers a GET of this path, or "" if none does; asked once."""
    known: dict[str, str] = current_app.extensions.setdefault("look.endpoints", {})
    if path not in known:
        try:
            known[path] = str(current_app.url_map.bind("").match(path, method="GET")[0])
        except HTTPException:
            known[path] = ""
    return known[path]


def _errors_of(fields: Any) -> Iterator[tuple[str, str]]:
    for field in fields:
        if hasattr(field, "entries") or hasattr(field, "form"):
            yield from _errors_of(field)
        elif field.errors:
            yield _control_of(field), str(field.errors[0])


def _control_of(field: Any) -> str:
    """Return the id to jump to: of choices, the first one's."""
    return f"{field.id}-0" if field.type in {"RadioField", "CheckboxesField"} else str(field.id)


def _arguments() -> dict[str, list[Any]]:
    return dict(request.args.lists())


def _here(arguments: Mapping[str, list[Any]]) -> str:
    given = {name: values for name, values in arguments.items() if any(v != "" for v in values)}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **given})
