"""Parts of pages that many pages have in common, rendered once in each process.

    {% call fragment('foot') %}…{% endcall %}      alike on every page in a language
    {{ fragments(products, pcard, level) }}        one for each of some things
    {% call fragment('gov', at=page_path()) %}…{{ AT }}…{% endcall %}    alike but for an address

A part is kept under its name, the reader's language, what stands before every path, and all else it
shows: *values*, never ids of rows, so that what is kept cannot be stale; what changes is another
part. It must show nothing else: nobody's name, no message, no address of this page. The icons it
used are noted again on each page that shows it.

While templates are being written (debug), every part is rendered anew.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from flask import Flask, current_app, request
from markupsafe import Markup

from marketplace.core import icons
from marketplace.core.language import current_language

MOST = 16_000_000  # characters that one process keeps, keys not counted
KEPT = "fragments"
AT = "/:at:"  # no address of ours has it
Rendering = Callable[..., str]


class Part(NamedTuple):
    html: Markup
    icons: frozenset[str]


class Parts:
    """The parts of one process: when they are too long, those unused for longest are dropped.

    Two dictionaries take turns instead of one in order: readers need no lock.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._new: dict[Hashable, Part] = {}
        self._old: dict[Hashable, Part] = {}
        self._length = 0  # of the new ones

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def get(self, key: Hashable) -> Part | None:
        if (found := self._new.get(key)) is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Hashable, part: Part) -> None:
        length = len(part.html)
        if self._length + length > self._half:
            self._old, self._new, self._length = self._new, {}, 0
        self._new[key] = part
        self._length += length


def init_app(app: Flask) -> None:
    app.extensions[KEPT] = Parts()
    app.jinja_env.globals |= {"fragment": fragment, "fragments": fragments, "AT": AT}


def fragment(name: str, *of: Hashable, at: str = "", caller: Rendering) -> Markup:
    """Return the part of this name that shows these values.

    ``at`` takes the place of `AT`: a part that names addresses like this page's is kept without it.
    """
    part = _part(_kept(), (name, *_reader(), *of), caller, ())
    icons.use(part.icons)
    return part.html.replace(AT, at) if at else part.html


def fragments(things: Iterable[Any], macro: Any, *arguments: Hashable) -> Markup:
    """Return what a macro makes of each of these things, which are values, with these arguments."""
    parts, alike = _kept(), (macro.name, *_reader(), *arguments)
    found = [_part(parts, (alike, thing), macro, (thing, *arguments)) for thing in things]
    icons.use(set().union(*(part.icons for part in found)))
    return Markup("".join([part.html for part in found]))  # noqa: S704 - escaped one by one


def _reader() -> tuple[str, str]:
    return current_language(), request.script_root


def _kept() -> Parts:
    return Parts() if current_app.debug else current_app.extensions[KEPT]


def _part(parts: Parts, key: Hashable, render: Rendering, arguments: tuple[Any, ...]) -> Part:
    if (part := parts.get(key)) is None:
        with icons.apart() as used:
            html = Markup(render(*arguments))  # noqa: S704 - a template's own
        parts.put(key, part := Part(html, frozenset(used)))
    return part
