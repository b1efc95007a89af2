"""Every colour pair of the tokens, light and dark.

**Source:** WCAG 2.2, success criteria 1.4.3 (text 4.5:1) and 1.4.11 (non-text 3:1).
"""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "static/css/tokens.css"
COLOUR = re.compile(r"--([\w-]+):(#[0-9a-f]{3,6})")
TEXT, PARTS = 4.5, 3.0


def themes() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the colours: light, dark as the system asks, dark as the reader chose."""
    light, dark = SHEET.read_text().split("@media screen and (prefers-color-scheme:dark)")
    system, chosen = dark.split(":root[data-theme=dark]")
    plain = dict(COLOUR.findall(light))
    return plain, plain | dict(COLOUR.findall(system)), plain | dict(COLOUR.findall(chosen))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


ON_PAGE = ("ink", "ink-2", "link", "brand-ink", "err-ink", "ok-ink")
SOFT = ("brand", "ok", "warn", "err", "info", "c1", "c7", "c8")
TEXTS = [
    *((ink, ground) for ink in ON_PAGE for ground in ("bg", "surface")),
    *((ink, f"{soft}-soft") for soft in SOFT for ink in ("ink", "ink-2", f"{soft}-ink")),
    *((ink, "sunken") for ink in ("ink", "ink-2")),
    *((ink, band) for ink in ("on-band", "on-band-2", "accent") for band in ("band", "band-2")),
    *(("on-c", f"c{n}") for n in (1, 2, 3, 7, 8)),
    ("on-brand", "brand"),
    ("on-brand", "brand-2"),
    ("on-accent", "accent"),
    ("on-ok", "ok"),
    ("on-ok", "ok-ink"),
    ("on-err", "err"),
    ("link", "ok-soft"),
    ("link", "accent-soft"),
]
DRAWN = [
    *((f"c{n}", "surface") for n in range(1, 9)),
    *((f"c{n}", "bg") for n in (1, 2, 3, 7, 8)),
    *(("line-2", ground) for ground in ("surface", "bg", "sunken")),
    *(("focus", ground) for ground in ("bg", "surface")),
    ("brand", "bg"),
    ("err", "surface"),
    ("ok", "line"),
]


@pytest.mark.parametrize(("front", "ground"), TEXTS)
def test_text_can_be_read(front: str, ground: str) -> None:
    light, dark, _ = themes()
    assert min(ratio(t[front], t[ground]) for t in (light, dark)) >= TEXT


@pytest.mark.parametrize(("front", "ground"), DRAWN)
def test_what_is_drawn_can_be_seen(front: str, ground: str) -> None:
    light, dark, _ = themes()
    assert min(ratio(t[front], t[ground]) for t in (light, dark)) >= PARTS


def test_focus_is_seen_on_the_band() -> None:
    for theme in themes():
        assert max(ratio(theme[c], theme["band"]) for c in ("focus", "focus-halo")) >= PARTS


def test_both_dark_themes_are_the_same() -> None:
    _, system, chosen = themes()
    assert system == chosen


def test_every_segment_has_its_colours_in_both_themes() -> None:
    light, dark, _ = themes()
    for name in ("c7", "c7-soft", "c7-ink", "c8", "c8-soft", "c8-ink"):
        assert light[name] != dark[name]
