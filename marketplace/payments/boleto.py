"""What stands on a boleto: the number that people type, and the bar code that it is made of.

**Source:** FEBRABAN, layout of the bar code and of the "linha digitável" of boletos (positions,
modulus 10 and 11, due-date factor, which began again at 1000 on 22 February 2025); ISO/IEC 16390
(interleaved 2 of 5).
"""

import re
from datetime import date

LENGTH = 47
FIELDS = ((0, 9), (10, 20), (21, 31))  # of the number, each followed by its check digit
FACTOR_ONE_THOUSAND = date(2025, 2, 22)
WIDE = 3  # modules of a wide bar; a narrow one has one
QUIET = 10  # modules left and right
HEIGHT = 60
PATTERNS = (  # of the digits 0 to 9: which of five bars are wide
    *("00110", "10001", "01001", "11000", "00101"),
    *("10100", "01100", "00011", "10010", "01010"),
)
START, STOP = "0000", "100"


def shown(number: str) -> str:
    """Return a number as people read and type it; what is none as it is."""
    if len(digits := _digits(number)) != LENGTH:
        return number
    first, second, third = digits[:10], digits[10:21], digits[21:32]
    parts = [f"{part[:5]}.{part[5:]}" for part in (first, second, third)]
    return " ".join([*parts, digits[32], digits[33:]])


def bar_code(number: str) -> str:
    """Return the 44 digits of the bar code that a number is made of; empty if it is not right."""
    digits = _digits(number)
    if len(digits) != LENGTH:
        return ""
    if any(_modulus_10(digits[start:end]) != digits[end] for start, end in FIELDS):
        return ""
    free = digits[4:9] + digits[10:20] + digits[21:31]
    rest = digits[:4] + digits[33:] + free
    return rest[:4] + digits[32] + rest[4:] if _modulus_11(rest) == digits[32] else ""


def number_of(bank: str, free: str, *, due: date, amount_cents: int) -> str:
    """Return the number of a boleto in BRL, of a bank's three digits and 25 that are its own."""
    ending = f"{_factor(due):04d}{amount_cents:010d}"
    head = f"{bank}9"
    check = _modulus_11(head + ending + free)
    fields = (head + free[:5], free[5:15], free[15:])
    return "".join(field + _modulus_10(field) for field in fields) + check + ending


def bars(code: str) -> tuple[list[tuple[int, int]], int, int]:
    """Return where each bar of a code begins and how wide it is, with width and height of all.

    One unit is one module; the quiet zones are included.
    """
    pairs = zip(code[::2], code[1::2], strict=True)
    inner = "".join(
        bar + gap
        for one, other in pairs
        for bar, gap in zip(PATTERNS[int(one)], PATTERNS[int(other)], strict=True)
    )
    at, found = QUIET, []
    for place, wide in enumerate(START + inner + STOP):
        width = WIDE if wide == "1" else 1
        if place % 2 == 0:
            found.append((at, width))
        at += width
    return found, at + QUIET, HEIGHT


def drawn(code: str) -> tuple[str, int, int]:
    """Return a bar code as SVG path data, with the width and height of its view box."""
    found, width, height = bars(code)
    return "".join(f"M{at} 0h{w}v{height}h-{w}z" for at, w in found), width, height


def _digits(number: str) -> str:
    return re.sub(r"[ .]", "", number) if re.fullmatch(r"[0-9 .]+", number) else ""


def _modulus_10(digits: str) -> str:
    """Double every other digit from the right, add up the digits of what comes out."""
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits)))
    return str(-sum(sum(divmod(n, 10)) for n in doubled) % 10)


def _modulus_11(digits: str) -> str:
    """Weigh the digits from the right by 2 to 9; never 0, which would mean "no check digit"."""
    left = 11 - sum(int(d) * (2 + i % 8) for i, d in enumerate(reversed(digits))) % 11
    return str(left if left <= 9 else 1)


def _factor(due: date) -> int:
    """Return the four digits that stand for a day: they come round every nine thousand days."""
    return 1_000 + (due - FACTOR_ONE_THOUSAND).days % 9_000
