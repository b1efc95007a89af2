"""The sheet of enterprises to take away; sent back unchanged, it changes nothing."""

from collections.abc import Callable, Iterable

from marketplace.core.sheets.writing import write_csv
from marketplace.enterprises.importing.columns import COLUMNS, KINDS
from marketplace.enterprises.models import Enterprise, Sex

WORDS = {kind: word.replace(" ", "_") for word, kind in reversed(KINDS.items())}
KEPT_IN = frozenset({"pix_key"})  # payout data is nobody's to take away

_CELLS: dict[str, Callable[[Enterprise], object]] = {
    "kind": lambda e: WORDS[e.kind],
    "municipality": lambda e: e.municipality.name,
    "ibge_code": lambda e: e.municipality_code,
    "neighbourhood": lambda e: e.neighbourhood.name if e.neighbourhood else "",
    "women": lambda e: _count(e, Sex.FEMALE),
    "men": lambda e: _count(e, Sex.MALE),
    "others": lambda e: _count(e, Sex.OTHER),
    "segment": lambda e: e.segment.value,
    "is_demo": lambda e: int(e.is_demo),
}
_SHOWN = tuple(column for column in COLUMNS if column.key not in KEPT_IN)


def sheet_of(enterprises: Iterable[Enterprise]) -> bytes:
    """Return a CSV with a row per enterprise, and where each one's registration is."""
    headers = [*(column.header for column in _SHOWN), "standing"]
    return write_csv(headers, (_row(e) for e in enterprises))


def _row(enterprise: Enterprise) -> list[str]:
    cells = [_cell(enterprise, column.key) for column in _SHOWN]
    return [*("" if cell is None else str(cell) for cell in cells), enterprise.standing.value]


def _cell(enterprise: Enterprise, key: str) -> object:
    return _CELLS[key](enterprise) if key in _CELLS else getattr(enterprise, key)


def _count(enterprise: Enterprise, sex: Sex) -> int:
    return sum(member.sex is sex for member in enterprise.live_members)
