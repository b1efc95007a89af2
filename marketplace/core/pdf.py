"""Sheets on paper: PDF that screen readers can read, made from a template of ours and plain data.

Templates are the `.typ` files beside the pages, `templates/fairs/labels.typ`. What people typed
reaches them as data, never as source, and so do the words, already in the reader's language.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from flask import Response

from marketplace.core.language import current_language
from marketplace.core.letters import drawable
from marketplace.core.qr import qr_path

if TYPE_CHECKING:
    from typst import Compiler

TEMPLATES = Path(__file__).parents[2] / "templates"
FONTS = Path(__file__).parent / "fonts"  # alone: the same letters on every machine
STANDARD: Final = "ua-1"  # ISO 14289-1: tagged, with its title, its language, pictures in words
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}"><path d="{1}"/></svg>'
_turn = Lock()  # a compiler does one thing at a time, and keeps what it made for the next


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a document as PDF/UA-1: the same bytes for the same data.

    ``data`` is anything JSON can hold, with a ``title``; the language is the reader's unless it
    says another ``language``, such as ``pt_BR``. Other threads go on while it is being made.
    Letters that our fonts lack, as an emoji in a name, are printed as "?": the standard refuses a
    document with a letter that is not drawn.

    :raises ValueError: for a document without a title, which the standard asks for.

    **Source:** ISO 14289-1 (PDF/UA-1), 7.1 and 7.21.8.
    """
    if not str(data.get("title", "")).strip():
        raise ValueError(f"{template} has no title")
    told = json.dumps({"language": current_language(), **drawable(data, FONTS)})
    with _turn:
        made = _compiler(template).compile(
            format="pdf", sys_inputs={"data": told}, pdf_standards=STANDARD
        )
    if not isinstance(made, bytes):
        raise TypeError(f"{template} became {type(made)}")
    return made


def qr(payload: str) -> dict[str, Any]:
    """Return a QR as templates draw it: its drawing as SVG and its modules a side, margin included.

    What it says belongs in words beside it, for who cannot scan.
    """
    drawn, side = qr_path(payload)
    return {"svg": DRAWN.format(side, drawn), "modules": side, "says": payload}


def answer(made: bytes, name: str) -> Response:
    """Return a PDF to look at, or to keep under a name of ASCII."""
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@cache
def _compiler(template: str) -> "Compiler":
    from typst import Compiler, Fonts  # 80 MB, which most processes never print with

    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=fonts)
