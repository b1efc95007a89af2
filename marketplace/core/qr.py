"""QR codes as drawings inside a page: no picture to fetch, nothing told to anybody."""

import re
from functools import lru_cache

import segno

QUIET_MODULES = 4
MASK = 0  # a chequered one, which suits any text; trying all eight would take six times as long
KEPT = 512
DARK = re.compile("1+")
DIGITS = bytes.maketrans(b"\0\1", b"01")
BITS = 7  # of a character of ASCII
BARS = [f"h{length}v1h-{length}z" for length in range(178)]  # by their length, up to the longest


@lru_cache(KEPT)
def qr_path(payload: str) -> tuple[str, int]:
    """Return the dark modules as SVG path data, and the side of its square view box.

    The quiet zone is included; one unit is one module.

    **Source:** ISO/IEC 18004, 7.8: a reader takes the mask from the code itself.
    """
    return _path(*_modules(payload))


@lru_cache(KEPT)
def alike_qr_path(start: str, rest: str) -> tuple[str, int]:
    """Return the same for ``start + rest``, of which only the ``rest`` differs, in ASCII.

    Every module is a sum, modulo 2, of bits of the text: with the length, the mask and the error
    correction given, a code is another's with the modules turned that the differing bits turn.
    Those are found out once for each bit, so that no such code has to be encoded.

    **Source:** ISO/IEC 18004, 7.5 (Reed-Solomon codes are linear) and 7.8 (a mask is added).
    """
    first = start + "0" * len(rest)
    dark, side = _kept_modules(first)
    for place, character in enumerate(rest, start=len(start)):
        differing = ord(character) ^ ord("0")
        for bit in range(BITS):
            if differing >> bit & 1:
                dark ^= _turned(first, place, bit)
    return _path(dark, side)


@lru_cache(KEPT)
def _turned(first: str, place: int, bit: int) -> int:
    """Return the modules that one bit of one character turns."""
    other = first[:place] + chr(ord(first[place]) ^ 1 << bit) + first[place + 1 :]
    return _kept_modules(first)[0] ^ _modules(other, mode="byte")[0]


@lru_cache(KEPT)
def _kept_modules(payload: str) -> tuple[int, int]:
    return _modules(payload, mode="byte")


def _modules(payload: str, mode: str | None = None) -> tuple[int, int]:
    """Return the modules row by row as the bits of a number, dark ones 1, and the side."""
    rows = segno.make_qr(payload, error="m", mask=MASK, mode=mode).matrix
    return int(b"".join(rows).translate(DIGITS), 2), len(rows)


def _path(dark: int, side: int) -> tuple[str, int]:
    drawn = f"{dark:0{side * side}b}"
    rows = (drawn[at : at + side] for at in range(0, side * side, side))
    runs = [
        f"M{start + QUIET_MODULES} {y}{BARS[end - start]}"
        for y, row in enumerate(rows, start=QUIET_MODULES)
        for start, end in [run.span() for run in DARK.finditer(row)]
    ]
    return "".join(runs), side + 2 * QUIET_MODULES
