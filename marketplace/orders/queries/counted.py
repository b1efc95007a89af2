"""What sale facts of orders still count; nothing here writes."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.orders.models.facts import FactKind, SaleFact


def left_of(line_ids: Collection[int]) -> list[tuple[SaleFact, int]]:
    """Return each fact of these lines with how many of its pieces nobody took back yet."""
    query = sa.select(SaleFact).where(SaleFact.order_line_id.in_(line_ids))
    found = list(db.session.scalars(query.order_by(SaleFact.id)))
    left = {fact.id: fact.quantity for fact in found if fact.corrects_id is None}
    for fact in found:
        if fact.corrects_id is not None:
            left[fact.corrects_id] += fact.quantity
    return [(fact, left[fact.id]) for fact in found if left.get(fact.id)]


def latest(line_ids: Collection[int], kind: FactKind) -> dict[int, SaleFact]:
    """Return the fact of a kind that counts of each line: the one of where it was carried last."""
    if not line_ids:
        return {}
    query = sa.select(SaleFact).where(
        SaleFact.order_line_id.in_(line_ids), SaleFact.kind == kind, SaleFact.corrects_id.is_(None)
    )
    found = db.session.scalars(query.order_by(SaleFact.id))
    return {fact.order_line_id: fact for fact in found if fact.order_line_id is not None}
