"""What the head does at the end of a month: issue the sheet, print it again, explain another."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, expect

from tests.journeys.registering import fill, press

ISSUED = "/gestao/relatorios/emitidos"
KINDS = ("pdf", "xlsx", "csv")


class Line(NamedTuple):
    """A line that differs: as whole numbers, centavos where it is money, and why."""

    name: str
    then: int
    now: int
    change: int
    why: dict[str, int]


def issue(head: Page, *, day: date, reason: str = "") -> int:
    """Issue the month of a day, after a look at what it will say; return the report's id."""
    head.goto(f"{ISSUED}/novo")
    fill(head, kind="monthly", day=day.isoformat())
    head.click('main button[formmethod="get"]')
    expect(head.locator("main section[aria-labelledby^=t-]").first).to_be_visible()
    if reason:
        fill(head, reason=reason)
    press(head, 'main form[action$="/emitidos"] button.btn:not(.btn--2)', rf"{ISSUED}/\d+")
    return int(head.url.rpartition("/")[2])


def files(head: Page, report_id: int) -> dict[str, bytes]:
    """Download a report's files; each has the sum that its page tells."""
    head.goto(f"{ISSUED}/{report_id}")
    found = {}
    for kind in KINDS:
        row = head.locator("main tbody tr", has=head.locator(f'a[href$="/{report_id}/{kind}"]'))
        with head.expect_download() as download:
            row.locator("a").click()
        found[kind] = Path(download.value.path()).read_bytes()
        assert row.locator("code").inner_text() == hashlib.sha256(found[kind]).hexdigest()
    return found


def differences(page: Page) -> list[Line]:
    """Read the table of what differs, as it is on the page."""
    rows = page.locator('main section[aria-labelledby="differs"] tbody tr').all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return [_line(name, told) for name, *told in cells]


def _line(name: str, cells: list[str]) -> Line:
    then, now, change = (_number(cell) for cell in cells[:3])
    told = (part.split(": ", 1) for part in cells[3].split("; "))
    return Line(name, then, now, change, {words: _number(shown) for shown, words in told})


def _number(shown: str) -> int:
    """Read a whole number, or an amount with its centavos, with either sign."""
    digits = re.sub(r"\D", "", shown)
    return -int(digits) if re.search(r"[-\u2212]", shown) else int(digits)
