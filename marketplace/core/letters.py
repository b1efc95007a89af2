"""Which letters a font can draw; what people type on phones has more of them."""

import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

MISSING = "?"


def drawable(told: Any, fonts: Path) -> Any:
    """Return plain data with each run of letters that a font of the folder lacks as one "?"."""
    if isinstance(told, str):
        return told if told.isascii() else "".join(_drawn(told, _covered(fonts)))
    if isinstance(told, Mapping):
        return {name: drawable(value, fonts) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [drawable(value, fonts) for value in told]
    return told


def _drawn(text: str, known: frozenset[int]) -> Iterator[str]:
    is_in_gap = False
    for letter in text:
        is_known = letter.isspace() or ord(letter) in known
        if is_known or not is_in_gap:
            yield letter if is_known else MISSING
        is_in_gap = not is_known


@cache
def _covered(fonts: Path) -> frozenset[int]:
    """Return the code points that every font of a folder has."""
    return frozenset.intersection(*(_code_points(font) for font in sorted(fonts.glob("*.ttf"))))


def _code_points(font: Path) -> frozenset[int]:
    """Read what a font says that it covers, from its map of segments.

    :raises ValueError: for a font without such a map.

    **Source:** ISO/IEC 14496-22 (OpenType), "cmap", format 12.
    """
    content = font.read_bytes()
    start = _table(content, b"cmap")
    (number,) = struct.unpack_from(">H", content, start + 2)
    for record in range(number):
        (offset,) = struct.unpack_from(">I", content, start + 8 + record * 8)
        if struct.unpack_from(">H", content, start + offset) == (12,):
            (groups,) = struct.unpack_from(">I", content, start + offset + 12)
            first = start + offset + 16
            spans = struct.iter_unpack(">III", content[first : first + groups * 12])
            return frozenset(point for low, high, _glyph in spans for point in range(low, high + 1))
    raise ValueError(f"{font.name} has no map of segments")


def _table(content: bytes, tag: bytes) -> int:
    (number,) = struct.unpack_from(">H", content, 4)
    for record in range(12, 12 + number * 16, 16):
        if content[record : record + 4] == tag:
            return int(struct.unpack_from(">I", content, record + 8)[0])
    raise ValueError(f"no table {tag!r}")
