"""QR codes as drawings inside a page: no picture to fetch, nothing told to anybody."""

import re
from functools import lru_cache

import segno

QUIET_MODULES = 4
MASK = 0  # a chequered one, which suits any text; trying all eight would take six times as long
KEPT = 512
DARK = re.compile(rb"\x01+")


@lru_cache(KEPT)
def qr_path(payload: str) -> tuple[str, int]:
    """Return the dark modules as SVG path data, and the side of its square view box.

    The quiet zone is included; one unit is one module.

    **Source:** ISO/IEC 18004, 7.8: a reader takes the mask from the code itself.
    """
    rows = segno.make_qr(payload, error="m", mask=MASK).matrix
    runs = (
        f"M{run.start() + QUIET_MODULES} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows, start=QUIET_MODULES)
        for run in DARK.finditer(row)
    )
    return "".join(runs), len(rows) + 2 * QUIET_MODULES
