"""QR codes as drawings inside a page: no picture to fetch, nothing told to anybody."""

import re

import segno

QUIET_MODULES = 4


def qr_path(payload: str) -> tuple[str, int]:
    """Return the dark modules as SVG path data, and the side of its square view box.

    The quiet zone is included; one unit is one module.
    """
    rows = list(segno.make_qr(payload, error="m").matrix_iter(border=QUIET_MODULES))
    runs = (
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer(r"1+", "".join("1" if dark else "0" for dark in row))
    )
    return "".join(runs), len(rows)
