"""What the roll-ups must hold: the facts of sale counted anew, one definition for all uses."""

from typing import Any

import sqlalchemy as sa

from marketplace.orders.models.facts import Confidence, FactKind, SaleFact
from marketplace.orders.models.rollups import (
    SaleValue,
)

VALUES = (
    *("segment", "category", "enterprise_id", "enterprise_kind", "municipality_code"),
    *("neighbourhood", "zone", "channel", "fair_id"),
)
"""The columns by whose values people filter."""

PUBLISHED = (FactKind.SALE, FactKind.ORDER_TAKEN)
ZERO: sa.ColumnElement[int] = sa.literal_column("0", sa.Integer)


def month_of(day: Any) -> sa.ColumnElement[int]:
    """Return how the month of a day is keyed: 202611."""
    return sa.cast(sa.extract("year", day) * 100 + sa.extract("month", day), sa.Integer)


KEYS: dict[str, sa.SQLColumnExpression[Any]] = {
    "month": month_of(SaleFact.occurred_on),
    "day": SaleFact.occurred_on,
    "fair_id": sa.func.coalesce(SaleFact.fair_id, ZERO),
}


def sums() -> list[sa.ColumnElement[Any]]:
    """Return the sums over facts, in the order in which roll-ups hold them."""
    published = _published()
    return [
        _sum("sales_cents", SaleFact.gross_cents, SaleFact.kind == _said(FactKind.SALE)),
        _sum("orders_cents", SaleFact.gross_cents, SaleFact.kind == _said(FactKind.ORDER_TAKEN)),
        _sum("handed_cents", SaleFact.gross_cents, SaleFact.kind == _said(FactKind.HANDED_OVER)),
        _sum("pieces", SaleFact.quantity, published),
        sa.func.count(SaleFact.id).label("lines"),
        _sum("makers_cents", SaleFact.makers_cents, published),
        _sum("composed_cents", SaleFact.gross_cents, published, SaleFact.composed),
        *(
            _sum(
                f"by_{how}_cents",
                SaleFact.gross_cents,
                published,
                SaleFact.confidence == _said(how),
            )
            for how in Confidence
        ),
        sa.func.max(SaleFact.id).label("last_id"),
    ]


def more_sums() -> list[sa.ColumnElement[Any]]:
    """Return what `SalesBySeller` sums besides."""
    published = _published()
    timed = (published, SaleFact.composed, SaleFact.minutes != ZERO)
    return [
        _sum("timed_cents", SaleFact.gross_cents, *timed),
        _sum("earned_cents", SaleFact.makers_cents, *timed),
        _sum("minutes", SaleFact.minutes, *timed),
        _sum("timed_pieces", SaleFact.quantity, *timed),
        _sum("under_floor_pieces", SaleFact.quantity, *timed, SaleFact.under_floor),
        _sum("women_milli", SaleFact.makers_cents * SaleFact.women_permille, published),
        _sum("fund_cents", SaleFact.fund_cents, published),
        _sum("at_fairs_cents", SaleFact.gross_cents, published, SaleFact.fair_id.is_not(None)),
    ]


def recount(table: sa.Table, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the rows that a roll-up must hold for these facts, its columns in its own order."""
    if table is SaleValue.__table__:
        return _values(*which)
    keys = {c.name: key_of(c.name) for c in table.columns if c.primary_key}
    named = [key.label(name) for name, key in keys.items()]
    known = {each.name: each for each in (*sums(), *more_sums())}
    counted = sa.select(*named, *(known[name] for name in _summed(table))).where(*which)
    return counted.group_by(*keys.values()).order_by(*keys.values())


def key_of(name: str) -> Any:
    """Return how a column of a roll-up's key is read from the facts."""
    return KEYS[name] if name in KEYS else sa.inspect(SaleFact).columns[name]


def differences(table: sa.Table) -> sa.Select[Any]:
    """Select the latest fact of each group whose roll-up is not what a recount says."""
    keys = [c.name for c in table.primary_key]
    rest = [c.name for c in table.columns if c.name not in keys]
    held = sa.select(*(table.c[name] for name in keys), *(-table.c[name] for name in rest))
    both = sa.union_all(recount(table).order_by(None), held).subquery()
    sums_of = [sa.func.sum(both.c[name]) for name in rest]
    return (
        sa.select(sa.func.max(sa.func.abs(both.c.last_id)))
        .group_by(*(both.c[name] for name in keys))
        .having(sa.or_(*(each != 0 for each in sums_of)))
    )


def _published() -> sa.ColumnElement[bool]:
    return SaleFact.kind.in_([_said(kind) for kind in PUBLISHED])


def _said(word: Confidence | FactKind) -> sa.ColumnElement[Any]:
    """Return one of our words as it stands in a statement: as values, dozens would go with each."""
    return sa.literal_column(f"'{word.value}'")


def _summed(table: sa.Table) -> list[str]:
    return [c.name for c in table.columns if not c.primary_key]


def _sum(name: str, column: Any, *where: sa.SQLColumnExpression[bool]) -> sa.ColumnElement[Any]:
    chosen = sa.case((sa.and_(*where), column), else_=ZERO)
    return sa.cast(sa.func.coalesce(sa.func.sum(chosen), ZERO), sa.BigInteger).label(name)


def _values(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select each value of each column, one after another, in the order of the key."""
    each = [
        sa.select(
            SaleFact.division_id,
            sa.literal_column(f"'{name}'", sa.String).label("dimension"),
            sa.cast(getattr(SaleFact, name), sa.String).label("value"),
            sa.func.max(SaleFact.id).label("last_id"),
        )
        .where(getattr(SaleFact, name).is_not(None), *which)
        .group_by(SaleFact.division_id, getattr(SaleFact, name))
        for name in VALUES
    ]
    found = sa.union_all(*each).subquery()
    return sa.select(found).order_by(found.c.division_id, found.c.dimension, found.c.value)
