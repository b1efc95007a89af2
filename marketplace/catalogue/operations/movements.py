"""How a stock row changes: one guarded statement, one movement, a mark where pages would differ."""

from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.models.stock import LAST_FEW, MovementKind, Stock, StockMovement
from marketplace.catalogue.signals import product_changed
from marketplace.core import audit
from marketplace.core.database import connection, db, rows
from marketplace.core.rights import Person


class Change(NamedTuple):
    """How the columns of a stock row change."""

    left: int = 0
    held: int = 0
    sold: int = 0
    apart: int = 0


class Movement(NamedTuple):
    """How one product's stock changed, for which subject, and what is left of it."""

    product_id: int
    change: Change
    subject: str = ""
    left: int = 0

    @property
    def facts(self) -> dict[str, int]:
        return {f"{name}_change": pieces for name, pieces in self.change._asdict().items()}


def move(product_id: int, change: Change) -> int | None:
    """Change a row in one statement, and return what is left; none if it would go below zero."""
    return _moved(_MOVE, product_id, change)


def take(product_id: int, change: Change) -> int | None:
    """As ``move``, but what is made to order has no stock to take: none, whatever its row says."""
    return _moved(_TAKE, product_id, change)


def _moved(statement: sa.Executable, product_id: int, change: Change) -> int | None:
    changes = {"of_id": product_id, "by_left": change.left, "by_held": change.held}
    changes |= {"by_sold": change.sold, "by_apart": change.apart}
    return next((row.left_count for row in rows(statement, changes)), None)


def note_each(
    kind: MovementKind, moved: list[Movement], *, reason: str = "", by: Person, now: datetime
) -> None:
    about: dict[str, Any] = {"kind": kind, "reason": reason, "by_id": by.id, "moved_at": now}
    notes = [about | {"subject": m.subject, "product_id": m.product_id} | m.facts for m in moved]
    if notes:
        connection().execute(_NOTE, notes)
    for movement in moved:
        facts = movement.facts
        audit.record(f"stock_{kind}", by=by, now=now, product_id=movement.product_id, **facts)


def mark_crossing(product_id: int, before: int, after: int, *, by: Person, now: datetime) -> None:
    """Where pages would now say something else (sold out, last three), mark the product."""
    if min(before, LAST_FEW + 1) == min(after, LAST_FEW + 1):
        return
    db.session.execute(
        sa.update(Product)
        .where(Product.id == product_id)
        .values(shown_version=Product.shown_version + 1)
        .execution_options(synchronize_session=False)
    )
    product_changed.send(product_id=product_id, by=by, now=now)


_TABLE = cast(sa.Table, Stock.__table__)
_LEFT, _HELD, _SOLD, _APART = (
    _TABLE.c[f"{name}_count"] + sa.bindparam(f"by_{name}", type_=sa.Integer)
    for name in ("left", "held", "sold", "apart")
)
_MOVE = (
    sa.update(_TABLE)
    .where(_TABLE.c.product_id == sa.bindparam("of_id"))
    .where(_LEFT >= 0, _HELD >= 0, _SOLD >= 0, _APART >= 0)
    .values(left_count=_LEFT, held_count=_HELD, sold_count=_SOLD, apart_count=_APART)
    .returning(_TABLE.c.left_count)
)
_TAKE = _MOVE.where(
    sa.exists().where(Product.id == _TABLE.c.product_id, Product.supply != Supply.TO_ORDER)
)
_NOTE = sa.insert(StockMovement)
