"""Which sums of a month may be public, so that nobody learns what one enterprise sold.

An enterprise that knows its own figure must not learn another's within ten per cent. Of each table
(by segment, zone, channel, and of open prices) a sum is shown, or hidden; those hidden in one
table are one sum to whoever subtracts. For each enterprise it is then proved that it might have
sold a tenth more in all, in each segment, zone and channel, while all that is public stays as it
is, moving only what neither the enterprise nor the largest of the others has in a cell. Where that
cannot be shown, more is hidden. Months have nothing in common, so it holds for their sums too.

**Source:** p %-rule: A. Hundepool et al., "Statistical Disclosure Control", 2012 (the second
largest as the attacker; what is hidden besides).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from marketplace.opendata import flows

PERCENT = 10
HIDDEN = ""
TABLES = ("channels", "zones", "segments")
"""What is hidden first comes first."""
PARTS = ("makers", "materials", "packing", "fund", "fees")


class Sold(NamedTuple):
    """What an enterprise sold in a month in one way, in centavos; ``parts`` where known."""

    enterprise: int
    segment: str
    zone: str
    channel: str
    cents: int
    parts: tuple[int, ...] | None = None

    def of(self, table: str) -> str:
        """Return which cell of a table it belongs to."""
        return {"segments": self.segment, "zones": self.zone, "channels": self.channel}[table]


@dataclass(frozen=True)
class Shown:
    """The cells of each table that are shown, and whether the parts of open prices are."""

    cells: Mapping[str, frozenset[str]]
    parts: bool

    def group(self, table: str, name: str) -> str:
        """Return a cell's name, or that of what is hidden, which is one sum."""
        return name if name in self.cells[table] else HIDDEN

    def hiding(self, table: str, name: str) -> "Shown":
        if table == "parts":
            return replace(self, parts=False)
        return replace(self, cells={**self.cells, table: self.cells[table] - {name}})


@dataclass
class Cell:
    """What several sold in one cell, in centavos."""

    by: dict[int, int] = field(default_factory=dict)

    def add(self, enterprise: int, cents: int) -> None:
        self.by[enterprise] = self.by.get(enterprise, 0) + cents

    def free(self, enterprise: int) -> int:
        """Return what is neither this enterprise's nor the largest other's."""
        others = [max(0, cents) for who, cents in self.by.items() if who != enterprise]
        return sum(others) - max(others, default=0)


Way = tuple[str, bool]
Classes = dict[Way, dict[flows.Cell, Cell]]
"""By channel and by whether the price is open: cells of segment and zone."""


class Exposed(NamedTuple):
    """What could be learned of an enterprise: where it sold this, and how."""

    enterprise: int
    rows: tuple[Sold, ...]


def is_safe(amounts: Iterable[int]) -> bool:
    """Return whether a sum of what each enterprise has may be shown: the p %-rule."""
    largest = sorted((abs(cents) for cents in amounts), reverse=True)
    return sum(largest[2:]) * 100 >= PERCENT * largest[0] if largest else True


def protect(sold: Sequence[Sold]) -> Shown | None:
    """Return what of a month may be shown; nothing where not even its total may."""
    shown = _simple(sold)
    classes = _classes(sold, shown)
    for enterprise in sorted({row.enterprise for row in sold}):
        while exposed := _exposed(sold, shown, classes, enterprise):
            better = _hide_more(sold, shown, exposed)
            if better is None:
                return None
            shown, classes = better, _classes(sold, better)
    return shown


def holds(sold: Sequence[Sold], shown: Shown) -> bool:
    """Return whether so much may be shown of these: nobody is exposed by it."""
    classes = _classes(sold, shown)
    everyone = {row.enterprise for row in sold}
    safe_parts = not shown.parts or _safe_parts(sold)
    return safe_parts and not any(_exposed(sold, shown, classes, each) for each in everyone)


def _simple(sold: Sequence[Sold]) -> Shown:
    """Show what passes by itself: each cell, and what is hidden of each table together."""
    names = {table: frozenset(row.of(table) for row in sold) for table in TABLES}
    shown = Shown(names, parts=_safe_parts(sold))
    for table in TABLES:
        sums = _sums(sold, table)
        for name in sorted(sums):
            if not is_safe(sums[name].values()) or sum(sums[name].values()) <= 0:
                shown = shown.hiding(table, name)
    return shown


def _safe_parts(sold: Sequence[Sold]) -> bool:
    """Return whether what is known of open prices passes by itself, each part too."""
    columns: list[Cell] = [Cell() for _ in range(len(PARTS) + 1)]
    for row in sold:
        if row.parts is not None:
            for column, cents in zip(columns, (row.cents, *row.parts), strict=True):
                column.add(row.enterprise, cents)
    return bool(columns[0].by) and all(is_safe(column.by.values()) for column in columns)


def _sums(sold: Iterable[Sold], table: str) -> dict[str, dict[int, int]]:
    found: dict[str, Cell] = {}
    for row in sold:
        found.setdefault(row.of(table), Cell()).add(row.enterprise, row.cents)
    return {name: cell.by for name, cell in found.items()}


def _classes(sold: Iterable[Sold], shown: Shown) -> Classes:
    found: Classes = {}
    for row in sold:
        cells = found.setdefault(_way(row, shown), {})
        cells.setdefault(_place(row, shown), Cell()).add(row.enterprise, row.cents)
    return found


def _way(row: Sold, shown: Shown) -> Way:
    return shown.group("channels", row.channel), shown.parts and row.parts is not None


def _place(row: Sold, shown: Shown) -> flows.Cell:
    return shown.group("segments", row.segment), shown.group("zones", row.zone)


def _exposed(
    sold: Iterable[Sold], shown: Shown, classes: Classes, enterprise: int
) -> Exposed | None:
    """Return what could be learned of an enterprise, if anything."""
    own = tuple(row for row in sold if row.enterprise == enterprise)
    for rows in _figures(own):
        whole = abs(sum(row.cents for row in rows))
        wanted = -(-whole * PERCENT // 100)
        if _movable(rows, shown, classes, wanted) < wanted:
            return Exposed(enterprise, rows)
    return None


def _figures(own: tuple[Sold, ...]) -> list[tuple[Sold, ...]]:
    """Return what there is to learn of an enterprise: all, each cell of a table, open prices."""
    found = {own: None}
    for table in TABLES:
        for name in sorted({row.of(table) for row in own}):
            found[tuple(row for row in own if row.of(table) == name)] = None
    for known in (True, False):
        if some := tuple(row for row in own if (row.parts is not None) == known):
            found[some] = None
    return list(found)


def _movable(rows: Sequence[Sold], shown: Shown, classes: Classes, enough: int) -> int:
    """Return how much more an enterprise might have sold of these, at most ``enough`` centavos."""
    enterprise, moved = rows[0].enterprise, 0
    places: dict[Way, dict[str, set[str]]] = {}
    for row in rows:
        line, column = _place(row, shown)
        places.setdefault(_way(row, shown), {}).setdefault(column, set()).add(line)
    for way, columns in places.items():
        free = {place: cell.free(enterprise) for place, cell in classes[way].items()}
        found = (
            flows.largest(free, sorted(lines), column, enough=enough - moved)
            for column, lines in columns.items()
        )
        moved += max(found, default=0)
        if moved >= enough:
            break
    return moved


def _hide_more(sold: Sequence[Sold], shown: Shown, exposed: Exposed) -> Shown | None:
    """Hide one thing more: what ends the exposure if there is such a thing, or else the first."""
    whole = abs(sum(row.cents for row in exposed.rows))
    wanted, first = -(-whole * PERCENT // 100), None
    for more in _candidates(sold, shown, exposed):
        first = first or more
        if _movable(exposed.rows, more, _classes(sold, more), wanted) >= wanted:
            return more
    return first


def _candidates(sold: Sequence[Sold], shown: Shown, exposed: Exposed) -> Iterable[Shown]:
    for table in ("channels", "parts", "zones", "segments"):
        if table == "parts":
            if shown.parts:
                yield shown.hiding("parts", HIDDEN)
            continue
        sums = {name: sum(by.values()) for name, by in _sums(sold, table).items()}
        open_ones = sorted(shown.cells[table], key=lambda name: (sums[name], name))
        theirs = {row.of(table) for row in exposed.rows}
        own = [name for name in open_ones if name in theirs]
        if chosen := own[:1] or open_ones[:1]:
            yield shown.hiding(table, chosen[0])
