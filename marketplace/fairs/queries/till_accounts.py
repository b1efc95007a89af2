"""What each till has told, added up; nothing here writes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.fairs.models.counts import CountKind, TillCount
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import TillHandover, TillSale, TillVoid
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.orders import Order
from marketplace.orders.models.tenders import Tender
from marketplace.payments.models.payments import Method

TOLD = (TillSale, TillVoid, TillHandover, TillCount, TillReturn)
"""What a till gives numbers to."""
IN_DRAWER = (Method.CASH, Method.SOCIAL, Method.BARTER)
"""What lies at the till, and is counted there."""


class Account(NamedTuple):
    """What a till has told: sales, those undone, reservations given, what stays to settle.

    The total is in centavos of what was sold, without what was undone; ``sequence`` is the highest
    number that it gave to anything, ``told`` how many numbers came.
    """

    sales: int = 0
    voided: int = 0
    total_cents: int = 0
    discount_cents: int = 0
    late: int = 0
    handovers: int = 0
    sequence: int = 0
    told: int = 0
    unsettled: int = 0
    returns: int = 0
    returned_cents: int = 0  # given back for them

    @property
    def missing(self) -> int:
        """How many things that it numbered did not arrive."""
        return max(0, self.sequence - self.told)


class Drawer(NamedTuple):
    """The cash of a till, in centavos; what was counted, and why it differs, once it was closed."""

    opening_cents: int = 0
    withdrawn_cents: int = 0
    cash_cents: int = 0  # for what was sold or handed over, less what was given back
    counted_cents: int | None = None
    reason: str = ""
    notes: int = 0  # how many floats, withdrawals and counts were told
    social_cents: int = 0  # taken in notes of a social currency
    counted_social_cents: int | None = None
    barter_cents: int = 0  # what goods that were taken in exchange were said to be worth

    @property
    def due_cents(self) -> int:
        """What should be in it by what has arrived."""
        return self.opening_cents + self.cash_cents - self.withdrawn_cents

    @property
    def difference_cents(self) -> int | None:
        return None if self.counted_cents is None else self.counted_cents - self.due_cents

    @property
    def is_told(self) -> bool:
        """Whether there is more to tell than the cash of sales."""
        return bool(self.notes or self.social_cents or self.barter_cents)

    @property
    def social_difference_cents(self) -> int | None:
        counted = self.counted_social_cents
        return None if counted is None else counted - self.social_cents


def drawers(till_ids: Iterable[int]) -> dict[int, Drawer]:
    """Return the cash of each of these tills, by its id."""
    ids = {"ids": list(till_ids)}
    taken: dict[int, dict[str, Any]] = {till_id: {} for till_id in ids["ids"]}
    for till_id, method, cents in db.session.execute(_TAKEN, ids):
        taken[till_id][f"{method.value}_cents"] = cents
    told: dict[int, dict[str, Any]] = {}
    for count in db.session.scalars(_COUNTS, ids):
        _add(told.setdefault(count.till_id, {"notes": 0}), count)
    return {till_id: Drawer(**taken[till_id], **told.get(till_id, {})) for till_id in ids["ids"]}


def _add(facts: dict[str, Any], count: TillCount) -> None:
    """Take a count into what is known of its drawer; of closings the last one told stays."""
    facts["notes"] += 1
    if count.kind is CountKind.CLOSING:
        facts |= {"counted_cents": count.amount_cents, "reason": count.reason}
        facts["counted_social_cents"] = count.social_cents
        return
    name = "opening_cents" if count.kind is CountKind.OPENING else "withdrawn_cents"
    facts[name] = facts.get(name, 0) + count.amount_cents


def accounts(till_ids: Iterable[int]) -> dict[int, Account]:
    """Return what each of these tills has told, by its id."""
    told: dict[int, dict[str, Any]] = {till_id: {} for till_id in till_ids}
    for query in (_SALES, _HANDOVERS, _RETURNS, _NUMBERS, _OPEN):
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
        sa.func.sum(sa.case((_undone, 0), else_=TillSale.discount_cents)).label("discount_cents"),
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
_RETURNS = (
    sa.select(
        TillReturn.till_id,
        sa.func.count(TillReturn.id).label("returns"),
        sa.func.sum(TillReturn.amount_cents).label("returned_cents"),
    )
    .where(TillReturn.till_id.in_(_ids))
    .group_by(TillReturn.till_id)
)
_numbers = sa.union_all(
    *(sa.select(one.till_id, one.sequence).where(one.till_id.in_(_ids)) for one in TOLD)
).subquery()
_NUMBERS = sa.select(
    _numbers.c.till_id,
    sa.func.max(_numbers.c.sequence).label("sequence"),
    sa.func.count(_numbers.c.sequence.distinct()).label("told"),
).group_by(_numbers.c.till_id)
_till = sa.func.coalesce(TillSale.till_id, TillHandover.till_id, TillReturn.till_id)
_OPEN = (
    sa.select(_till.label("till_id"), sa.func.count(Matter.id).label("unsettled"))
    .outerjoin(TillSale, TillSale.id == Matter.sale_id)
    .outerjoin(TillHandover, TillHandover.id == Matter.handover_id)
    .outerjoin(TillReturn, TillReturn.id == Matter.return_id)
    .where(_till.in_(_ids), Matter.settled_at.is_(None))
    .group_by(_till)
)
_COUNTS = (
    sa.select(TillCount)
    .where(TillCount.till_id.in_(_ids))
    .order_by(TillCount.till_id, TillCount.sequence)
)
_in_cash = sa.literal(Method.CASH, Tender.method.type)
_given = sa.union_all(
    sa.select(TillSale.till_id, Tender.method, Tender.amount_cents.label("cents"))
    .join(Order, Order.purchase_id == TillSale.purchase_id)
    .join(Tender, Tender.order_id == Order.id)
    .where(TillSale.till_id.in_(_ids), Tender.method.in_(IN_DRAWER), ~_undone),
    sa.select(TillHandover.till_id, TillHandover.method, TillHandover.paid_cents).where(
        TillHandover.till_id.in_(_ids),
        TillHandover.method.in_(IN_DRAWER),
        TillHandover.sale_id.is_(None),
    ),
    sa.select(TillReturn.till_id, _in_cash, -TillReturn.amount_cents).where(
        TillReturn.till_id.in_(_ids)
    ),
).subquery()
_TAKEN = sa.select(_given.c.till_id, _given.c.method, sa.func.sum(_given.c.cents)).group_by(
    _given.c.till_id, _given.c.method
)
