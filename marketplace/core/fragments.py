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

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from marketplace.core import icons
from marketplace.core.language import current_language

MOST = 12_000_000  # characters that one process keeps, keys not counted
KEPT = "fragments"
AT = "/:at:"  # no address of ours has it
Rendering = Callable[..., str]


@dataclass(slots=True, eq=False)
class Part:
    html: Markup
    icons: frozenset[str]
    asked: bool = False  # for since it was last let stay


class Parts:
    """The parts of one process: when they are too long, those not asked for are dropped.

    The oldest is looked at first; if it was asked for, it stays for another round. They go one by
    one, as others come: memory that many give back at once is in pieces between what stays.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._length = most, 0
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: Hashable) -> Part | None:
        if (found := self._parts.get(key)) is not None:
            found.asked = True
        return found

    def put(self, key: Hashable, part: Part) -> None:
        with self._lock:
            if known := self._parts.pop(key, None):
                self._length -= len(known.html)
            self._parts[key] = part
            self._length += len(part.html)
            while self._length > self._most:
                self._look_at_the_oldest()

    def _look_at_the_oldest(self) -> None:
        key, part = self._parts.popitem(last=False)
        if part.asked:
            part.asked = False
            self._parts[key] = part
        else:
            self._length -= len(part.html)


def init_app(app: Flask) -> None:
    app.extensions[KEPT] = Parts()
    app.jinja_env.globals |= {"fragment": fragment, "fragments": fragments, "AT": AT}


def fragment(name: str, *of: Hashable, at: str = "", caller: Rendering) -> Markup:
    """Return the part of this name that shows these values.

    ``at`` takes the place of `AT`: a part that names addresses like this page's is kept without it.
    """
    parts, key = _kept(), (name, *_reader(), *of)
    part = parts.get(key) or _rendered(parts, key, caller, ())
    icons.use(part.icons)
    return part.html.replace(AT, at) if at else part.html


def fragments(things: Iterable[Any], macro: Any, *arguments: Hashable) -> Markup:
    """Return what a macro makes of each of these things, which are values, with these arguments."""
    parts, alike = _kept(), (macro.name, *_reader(), *arguments)
    found = [
        parts.get(key := (alike, thing)) or _rendered(parts, key, macro, (thing, *arguments))
        for thing in things
    ]
    icons.use(set().union(*(part.icons for part in found)))
    return Markup("".join([part.html for part in found]))  # noqa: S704 - escaped one by one


def _reader() -> tuple[str, str]:
    return current_language(), request.script_root


def _kept() -> Parts:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return Parts() if app.debug else app.extensions[KEPT]


def _rendered(parts: Parts, key: Hashable, render: Rendering, arguments: tuple[Any, ...]) -> Part:
    with icons.apart() as used:
        html = Markup(render(*arguments))  # noqa: S704 - a template's own
    parts.put(key, part := Part(html, frozenset(used)))
    return part
