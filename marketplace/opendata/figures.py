"""A month's sums as they are published: the shown ones, and which are hidden."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marketplace.opendata.protection import PARTS, TABLES, Shown, Sold

Figures = dict[str, Any]
"""``total`` in centavos, or none where it is hidden; by table its cells by name, none if hidden;
``parts`` of open prices by name, with ``composed``, what was sold at these; none if hidden."""


def told(sold: Sequence[Sold], shown: Shown | None) -> Figures:
    """Return what is published of a month."""
    if shown is None:
        return {"total": None, "parts": None} | {
            table: dict.fromkeys(sorted({row.of(table) for row in sold})) for table in TABLES
        }
    found: Figures = {"total": sum(row.cents for row in sold)}
    for table in TABLES:
        sums: dict[str, int] = {}
        for row in sold:
            sums[row.of(table)] = sums.get(row.of(table), 0) + row.cents
        found[table] = {
            name: cents if name in shown.cells[table] else None
            for name, cents in sorted(sums.items())
        }
    return found | {"parts": _parts(sold) if shown.parts else None}


def shown_in(figures: Figures) -> Shown | None:
    """Return what was shown when these were published; nothing if not even a total."""
    if figures["total"] is None:
        return None
    cells = {
        table: frozenset(name for name, cents in figures[table].items() if cents is not None)
        for table in TABLES
    }
    return Shown(cells, parts=figures["parts"] is not None)


def difference(before: Iterable[Sold], after: Iterable[Sold]) -> list[Sold]:
    """Return what was sold more, or less, by the later word."""
    rows: dict[tuple[int, str, str, str, bool], list[int]] = {}
    for sign, told_then in ((-1, before), (1, after)):
        for row in told_then:
            key = (row.enterprise, row.segment, row.zone, row.channel, row.parts is not None)
            amounts = (row.cents, *(row.parts or (0,) * len(PARTS)))
            so_far = rows.setdefault(key, [0] * len(amounts))
            rows[key] = [a + sign * b for a, b in zip(so_far, amounts, strict=True)]
    return [
        Sold(enterprise, segment, zone, channel, cents, tuple(parts) if known else None)
        for (enterprise, segment, zone, channel, known), (cents, *parts) in rows.items()
        if cents or any(parts)
    ]


def sums_of(figures: Iterable[Figures], table: str) -> dict[str, int]:
    """Return the shown cells of a table, added up over months."""
    found: dict[str, int] = {}
    for each in figures:
        for name, cents in each[table].items():
            if cents is not None:
                found[name] = found.get(name, 0) + cents
    return found


def parts_of(figures: Iterable[Figures]) -> dict[str, int]:
    """Return the parts of open prices and ``composed``, added up over the months that show them."""
    found = dict.fromkeys((*PARTS, "composed"), 0)
    for each in figures:
        for name, cents in (each["parts"] or {}).items():
            found[name] += cents
    return found


def total_of(figures: Iterable[Figures]) -> int:
    """Return what was sold in the months that show it, in centavos."""
    return sum(each["total"] or 0 for each in figures)


def _parts(sold: Iterable[Sold]) -> Mapping[str, int]:
    found = dict.fromkeys((*PARTS, "composed"), 0)
    for row in sold:
        if row.parts is not None:
            found["composed"] += row.cents
            for name, cents in zip(PARTS, row.parts, strict=True):
                found[name] += cents
    return found
