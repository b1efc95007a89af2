"""The chart of a printed sheet: columns in two greys, one of them striped, so that toner tells."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from flask_babel import gettext

from marketplace.core.charts import nice_step
from marketplace.core.formats import number
from marketplace.core.money import format_cents

REAL = 100  # centavos: the lines of the axis are whole ones
WIDE, HIGH, LEFT, FOOT, TOP = 680, 150, 62, 18, 8
INNER = HIGH - FOOT - TOP
FONT = 'font-family="Noto Sans" font-size="11" fill="#222"'
STRIPES = (
    '<pattern id="s" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform='
    '"rotate(45)"><rect width="5" height="5" fill="#fff"/><rect width="2" height="5" fill="#222"/>'
    "</pattern>"
)


def drawn(series: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    """Return columns of sales with orders taken upon them, in centavos, and the same in words."""
    most = max((max(0, sales) + max(0, orders) for _m, sales, orders in series), default=0)
    step = max(REAL, round(nice_step(most)))
    top = step * max(1, -(-most // step))
    parts = [_line(cents, top) for cents in range(0, top + 1, step)]
    wide = (WIDE - LEFT) / max(1, len(series))
    for place, (name, sales, orders) in enumerate(series):
        parts += _column(LEFT + place * wide, wide, name[:3], (sales / top, orders / top))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}">'
    title = gettext("Sales volume by month")
    says = "; ".join(f"{name}: {format_cents(sales + orders)}" for name, sales, orders in series)
    return {
        "svg": "".join([svg, f"<defs>{STRIPES}</defs>", *parts, "</svg>"]),
        "says": f"{title}. {says}.",
    }


def _line(cents: int, top: int) -> str:
    y = TOP + INNER * (1 - cents / top)
    return (
        f'<path d="M{LEFT} {y:.1f}H{WIDE}" stroke="#999" stroke-width="0.5"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" {FONT}>'
        f"{number(cents // REAL)}</text>"
    )


def _column(x: float, wide: float, name: str, heights: tuple[float, float]) -> list[str]:
    y, body = float(TOP + INNER), []
    for height, fill in zip(heights, ("#555", "url(#s)"), strict=True):
        high = max(0.0, height) * INNER
        y -= high
        body.append(
            f'<rect x="{x + wide * 0.16:.1f}" y="{y:.1f}" width="{wide * 0.68:.1f}"'
            f' height="{high:.1f}" fill="{fill}" stroke="#222" stroke-width="0.6"/>'
        )
    label = f'<text x="{x + wide / 2:.1f}" y="{HIGH - 5}" text-anchor="middle" {FONT}>'
    return [*body, f"{label}{escape(name)}</text>"]
