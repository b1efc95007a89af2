"""The places the product knows from the start, read from the tables in ``reference/``.

**Source:** IBGE, municipality codes and areas; Manaus, Lei 1.401/2010 (neighbourhoods and zones).
Zones "rural" and "outro-municipio" are ours: a community without a neighbourhood has one too.
"""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "reference"
NEIGHBOURHOODS = ("neighbourhoods_manaus.csv", "neighbourhoods_guajara_mirim.csv")


def municipalities() -> list[dict[str, str]]:
    return _rows("municipalities.csv")


def zones() -> list[dict[str, str]]:
    return _rows("zones.csv")


def neighbourhoods() -> list[dict[str, str]]:
    return [row for name in NEIGHBOURHOODS for row in _rows(name)]


def divisions() -> list[dict[str, str]]:
    return _rows("divisions.csv")


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
