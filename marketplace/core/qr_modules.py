"""The modules of a QR code of ASCII text: what one length has in common is found out once.

Where the bits of a code go, its patterns and its numbers hang on its length alone. They are read
off a code that the library made; what is left for each text is arithmetic on whole numbers.

**Source:** ISO/IEC 18004, 7.4 (data), 7.5 and 7.6 (error correction, final message), 7.7
(placement), 7.8 (mask 0: rows and columns whose sum is even).
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, cycle, islice, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

import segno
from segno import consts

BYTES, MASK = 0b0100, 0  # the mode; a chequered mask, which suits any text
PADDING = (0xEC, 0x11)
SHORTER = re.compile(r"[0-9A-Z $%*+\-./:]*")  # text that has a mode of its own, with less modules
TIMING = 6  # the row and the column that hold no data
KEPT = 64  # lengths; of the longest texts, each takes a quarter of a megabyte


class Layout(NamedTuple):
    """What all texts of one length have in common."""

    side: int
    count_bits: int  # of the number that tells the length
    blocks: list[tuple[int, int]]  # how many codewords of data and of correction each has
    placed: "itemgetter[Any]"  # by module: the bit that it shows, of those below
    constant: str  # bits after those of the message: a light one, a dark one
    turned: int  # modules that the mask turns


def modules(text: str) -> tuple[int, int]:
    """Return the modules row by row as the bits of a number, dark ones 1, and the side."""
    if not text.isascii() or SHORTER.fullmatch(text):
        return drawn(segno.make_qr(text, error="m", mask=MASK).matrix)
    layout = _layout(len(text))
    message = f"{int.from_bytes(_message(text, layout)):b}".zfill(_bits(layout))
    shown = "".join(layout.placed(message + layout.constant))
    return int(shown, 2) ^ layout.turned, layout.side


def drawn(matrix: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Return the same of a code that the library made."""
    return int("".join("1" if module else "0" for row in matrix for module in row), 2), len(matrix)


@lru_cache(KEPT)
def _layout(length: int) -> Layout:
    code = segno.make_qr("~" * length, error="m", mask=MASK, mode="byte")
    version, side = int(code.version), len(code.matrix)
    fixed = _fixed(version, side)
    places = [place for place in _zigzag(side) if place not in fixed]
    sizes: Any = consts.ECC[version]
    blocks = [
        (each.num_data, each.num_total - each.num_data)
        for each in sizes[getattr(consts, f"ERROR_LEVEL_{code.error}")]
        for _ in range(each.num_blocks)
    ]
    light = 8 * sum(map(sum, blocks))
    bit_at = {place: min(bit, light) for bit, place in enumerate(places)}
    cells = [(y, x) for y in range(side) for x in range(side)]
    placed = itemgetter(*(bit_at.get((y, x), light + code.matrix[y][x]) for y, x in cells))
    turned = ("1" if cell in bit_at and sum(cell) % 2 == 0 else "0" for cell in cells)
    return Layout(side, 8 if version < 10 else 16, blocks, placed, "01", int("".join(turned), 2))


def _fixed(version: int, side: int) -> set[tuple[int, int]]:
    """Return row and column of what holds no data: patterns, and numbers that tell the code."""
    far = side - 8
    areas = [(0, 0, 9, 9), (0, far, 9, 8), (far, 0, 8, 9)]  # corners, with the format beside them
    areas += [(TIMING, 0, 1, side), (0, TIMING, side, 1)]
    if version >= 7:
        areas += [(0, far - 3, 6, 3), (far - 3, 0, 3, 6)]  # the version's number
    centres = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    areas += [(y - 2, x - 2, 5, 5) for y in centres for x in centres if (y, x) not in corners]
    return {
        (y, x)
        for top, left, height, width in areas
        for y in range(top, top + height)
        for x in range(left, left + width)
    }


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    """Yield row and column, two columns at a time from the right, up and down in turns."""
    columns = [*range(side - 1, TIMING, -2), *range(TIMING - 1, 0, -2)]
    for number, right in enumerate(columns):
        for row in range(side) if number % 2 else range(side - 1, -1, -1):
            yield row, right
            yield row, right - 1


def _bits(layout: Layout) -> int:
    return 8 * sum(map(sum, layout.blocks))


def _message(text: str, layout: Layout) -> bytes:
    """Return the codewords of all blocks in turns, those of data before those of correction."""
    head = BYTES << layout.count_bits | len(text)
    said = (head << 8 * len(text) | int.from_bytes(text.encode())) << 4  # and the end: 4 zeros
    data = said.to_bytes((4 + layout.count_bits + 8 * len(text) + 4) // 8)
    most = sum(size for size, _more in layout.blocks)
    rest = iter((data + b"\0" + bytes(islice(cycle(PADDING), most)))[:most])  # as the library pads
    told = [bytes(islice(rest, size)) for size, _more in layout.blocks]
    more = [
        _correction(block, count) for block, (_, count) in zip(told, layout.blocks, strict=True)
    ]
    turns = chain(zip_longest(*told), zip_longest(*more))
    return bytes(word for turn in turns for word in turn if word is not None)


def _correction(block: bytes, count: int) -> bytes:
    """Return what is left of a block divided by the polynomial of so many codewords."""
    multiples, below, left = _multiples(count), 8 * (count - 1), 0
    lower = (1 << below) - 1
    for word in block:
        left = (left & lower) << 8 ^ multiples[word ^ left >> below]
    return left.to_bytes(count)


@cache
def _multiples(count: int) -> list[int]:
    """Return the polynomial that divides, but for its first term, times each codeword."""
    exponents, logarithms, terms = consts.GALIOS_EXP, consts.GALIOS_LOG, consts.GEN_POLY[count]
    times = (bytes(exponents[logarithms[word] + term] for term in terms) for word in range(1, 256))
    return [0, *map(int.from_bytes, times)]
