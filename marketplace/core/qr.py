"""QR codes as drawings inside a page: no picture to fetch, nothing told to anybody."""

import re
from functools import lru_cache

from marketplace.core.qr_modules import modules

QUIET_MODULES = 4
KEPT = 512
DARK = re.compile("1+")
BARS = [f"h{length}v1h-{length}z" for length in range(178)]  # by their length, up to the longest


@lru_cache(KEPT)
def qr_path(payload: str) -> tuple[str, int]:
    """Return the dark modules as SVG path data, and the side of its square view box.

    The quiet zone is included; one unit is one module.
    """
    dark, side = modules(payload)
    drawn = f"{dark:0{side * side}b}"
    rows = (drawn[at : at + side] for at in range(0, side * side, side))
    runs = [
        f"M{start + QUIET_MODULES} {y}{BARS[end - start]}"
        for y, row in enumerate(rows, start=QUIET_MODULES)
        for start, end in [run.span() for run in DARK.finditer(row)]
    ]
    return "".join(runs), side + 2 * QUIET_MODULES
