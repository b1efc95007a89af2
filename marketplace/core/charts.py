"""Charts drawn on the server: no script, no inline style; a table beside each repeats the numbers.

Widths and heights are attributes, so the strict content policy lets them be. Colours are classes
`f1`…`f8`, the series of tokens.css.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from marketplace.core.formats import number

OPEN = Markup('<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">')
STRIP = Markup(
    '<svg class="{}" viewBox="0 0 100 {}" preserveAspectRatio="none" aria-hidden="true">'
)
CLOSE = Markup("</svg>")
TEXT = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>')
VALUE = Markup('<text class="v" x="{}" y="{}" text-anchor="middle">{}</text>')
RECT = Markup('<rect class="f{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>')
AXIS = Markup('<path class="ax" d="M{} {}H{}"/>')
RING = Markup(
    '<svg class="donut" viewBox="0 0 200 200" aria-hidden="true">'
    '<g fill="none" stroke-width="34" transform="rotate(-90 100 100)">'
)
ARC = Markup(
    '<circle class="s{}" cx="100" cy="100" r="{}" stroke-dasharray="{} {}" stroke-dashoffset="{}"/>'
)


@dataclass(frozen=True)
class Frame:
    """The paper of a chart, in the units of its view box."""

    width: int = 680
    height: int = 270
    left: int = 44
    bottom: int = 26
    top: int = 12

    @property
    def inner_height(self) -> int:
        return self.height - self.bottom - self.top

    @property
    def inner_width(self) -> int:
        return self.width - self.left


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {
        "chart_stacked": stacked,
        "chart_bars": bars,
        "chart_bar": bar,
        "chart_strip": strip,
        "chart_donut": donut,
    }


def stacked(
    labels: Sequence[str],
    series: Sequence[Sequence[float]],
    *,
    colours: Sequence[int] = (1, 2, 3, 7, 8),
    unit: float = 1,
    narrow: bool = False,
) -> Markup:
    """Draw one column per label, its values stacked in the order of ``colours``.

    The axis shows values divided by ``unit``; ``narrow`` is the phone's drawing.
    """
    frame = Frame(330, 240) if narrow else Frame()
    step = nice_step(max((sum(column) for column in series), default=0))
    top = step * max(1, math.ceil(max((sum(c) for c in series), default=0) / step))
    drawn = [OPEN.format(frame.width, frame.height), *_grid(frame, step, top, unit)]
    wide = frame.inner_width / max(1, len(labels))
    for i, (label, column) in enumerate(zip(labels, series, strict=True)):
        x = frame.left + i * wide + wide * 0.16
        drawn += _column(frame, x, wide * 0.68, [v / top for v in column], colours)
        drawn.append(TEXT.format(_n(x + wide * 0.34), frame.height - 6, "middle", label))
    return Markup("").join([*drawn, CLOSE])


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    colour: int = 4,
    show: Callable[[float], str] = lambda value: _n(value),
    narrow: bool = False,
) -> Markup:
    """Draw one column per label with its value above it."""
    frame = Frame(330 if narrow else 680, 220, left=0, top=20)
    top = max(values, default=0) * 1.12 or 1
    wide = frame.width / max(1, len(values))
    floor = frame.height - frame.bottom
    drawn = [OPEN.format(frame.width, frame.height), AXIS.format(0, floor, frame.width)]
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        high = value / top * frame.inner_height
        x, middle = i * wide + wide * 0.14, _n(i * wide + wide * 0.5)
        drawn += [
            RECT.format(colour, _n(x), _n(floor - high), _n(wide * 0.72), _n(high), 5),
            VALUE.format(middle, _n(floor - high - 6), show(value)),
            TEXT.format(middle, frame.height - 6, "middle", label),
        ]
    return Markup("").join([*drawn, CLOSE])


def bar(value: float, whole: float, *, colour: int = 4) -> Markup:
    """Draw one thin horizontal bar, as long as ``value`` is of ``whole``."""
    return strip([value, whole - value], colours=(colour, 0), thin=True)


def strip(shares: Sequence[float], *, colours: Sequence[int], thin: bool = False) -> Markup:
    """Draw one horizontal bar split in proportion to ``shares``; colour 0 leaves a part empty."""
    return _strip(tuple(shares), tuple(colours), thin)


@lru_cache(maxsize=4096)  # the price of each product has one, on every page that lists it
def _strip(shares: tuple[float, ...], colours: tuple[int, ...], thin: bool) -> Markup:
    whole, x = sum(shares) or 1, 0.0
    high, gap = (8, 0.6) if thin else (10, 0.4)
    drawn = [STRIP.format("mini" if thin else "comp", high)]
    for share, colour in zip(shares, colours, strict=True):
        width = share / whole * 100
        if colour and share > 0:
            drawn.append(RECT.format(colour, _n(x), 0, _n(max(0.4, width - gap)), high, 0))
        x += width
    return Markup("").join([*drawn, CLOSE])


def donut(shares: Sequence[float], *, colours: Sequence[int]) -> Markup:
    """Draw a ring split in proportion to ``shares``."""
    radius, whole, x = 70, sum(shares) or 1, 0.0
    around = 2 * math.pi * radius
    drawn = [RING]
    for share, colour in zip(shares, colours, strict=True):
        long = max(0.0, around * share / whole - 3)
        drawn.append(ARC.format(colour, radius, _n(long), _n(around), _n(-around * x / whole)))
        x += share
    return Markup("").join([*drawn, Markup("</g></svg>")])


def nice_step(highest: float) -> float:
    """Return the distance between grid lines: 1, 2 or 5 times a power of ten, about five lines."""
    if highest <= 0:
        return 1
    rough = highest / 5
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough)


def _grid(frame: Frame, step: float, top: float, unit: float) -> list[Markup]:
    lines: list[Markup] = []
    for i in range(round(top / step) + 1):
        y = frame.top + frame.inner_height * (1 - i * step / top)
        lines.append(AXIS.format(frame.left, _n(y), frame.width))
        lines.append(TEXT.format(frame.left - 8, _n(y + 4), "end", _value(i * step / unit)))
    return lines


def _column(
    frame: Frame, x: float, width: float, heights: Sequence[float], colours: Sequence[int]
) -> list[Markup]:
    y, drawn = float(frame.top + frame.inner_height), []
    for height, colour in zip(heights, colours, strict=False):
        high = height * frame.inner_height
        y -= high
        drawn.append(RECT.format(colour, _n(x), _n(y), _n(width), _n(max(0, high - 1.5)), 2))
    return drawn


def _value(value: float) -> str:
    return number(value, places=0 if value == int(value) else 1)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
