"""What each till has told, added up; nothing here writes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.fairs.models.tills import Matter, TillHandover, TillSale, TillVoid
from marketplace.orders.models.at_till import Came

TOLD = (TillSale, TillVoid, TillHandover)
"""What a till gives numbers to."""


class Account(NamedTuple):
    """What a till has told: sales, those undone, reservations given, what stays to settle.

    The total is in centavos of what was sold, without what was undone; ``sequence`` is the highest
    number that it gave to anything, ``told`` how many numbers came.
    """

    sales: int = 0
    voided: int = 0
    total_cents: int = 0
    late: int = 0
    handovers: int = 0
    sequence: int = 0
    told: int = 0
    unsettled: int = 0

    @property
    def missing(self) -> int:
        """How many things that it numbered did not arrive."""
        return max(0, self.sequence - self.told)


def accounts(till_ids: Iterable[int]) -> dict[int, Account]:
    """Return what each of these tills has told, by its id."""
    told: dict[int, dict[str, Any]] = {till_id: {} for till_id in till_ids}
    for query in (_SALES, _HANDOVERS, _NUMBERS, _OPEN):
        for row in db.session.execute(query, {"ids": list(told)}).mappings():
            facts = dict(row)
            told[facts.pop("till_id")] |= facts
    return {till_id: Account(**facts) for till_id, facts in told.items()}


_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_undone = sa.select(TillVoid.id).where(TillVoid.sale_id == TillSale.id).exists()
_SALES = (
    sa.select(
        TillSale.till_id,
        sa.func.count(TillSale.id).label("sales"),
        sa.func.sum(sa.case((_undone, 1), else_=0)).label("voided"),
        sa.func.sum(sa.case((_undone, 0), else_=TillSale.total_cents)).label("total_cents"),
        sa.func.sum(sa.case((TillSale.late, 1), else_=0)).label("late"),
    )
    .where(TillSale.till_id.in_(_ids))
    .group_by(TillSale.till_id)
)
_HANDOVERS = (
    sa.select(TillHandover.till_id, sa.func.count(TillHandover.id).label("handovers"))
    .where(TillHandover.till_id.in_(_ids), TillHandover.came == Came.GIVEN)
    .group_by(TillHandover.till_id)
)
_numbers = sa.union_all(
    *(sa.select(one.till_id, one.sequence).where(one.till_id.in_(_ids)) for one in TOLD)
).subquery()
_NUMBERS = sa.select(
    _numbers.c.till_id,
    sa.func.max(_numbers.c.sequence).label("sequence"),
    sa.func.count(_numbers.c.sequence.distinct()).label("told"),
).group_by(_numbers.c.till_id)
_till = sa.func.coalesce(TillSale.till_id, TillHandover.till_id)
_OPEN = (
    sa.select(_till.label("till_id"), sa.func.count(Matter.id).label("unsettled"))
    .outerjoin(TillSale, TillSale.id == Matter.sale_id)
    .outerjoin(TillHandover, TillHandover.id == Matter.handover_id)
    .where(_till.in_(_ids), Matter.settled_at.is_(None))
    .group_by(_till)
)
