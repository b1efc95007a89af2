"""What a common desk took and nobody has shared out yet, and how it was; nothing here writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair, FairDay, FairState
from marketplace.fairs.models.returns import TillReturn, TillReturnLine
from marketplace.fairs.models.splits import (
    BankingKind,
    DeskBanking,
    DeskPart,
    DeskShare,
    DeskSplit,
    SplitState,
)
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.orders.models.orders import Order
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.payments.models.payments import DESK_TAKES, Method, Payment

SEES = {Role.ARTICULATION, Role.HEAD, Role.FINANCE}
ORDER = "order"  # how payments call one
COLUMNS = {
    Method.CASH: "cash_cents",
    Method.MACHINE: "machine_cents",
    Method.OWN_PIX: "pix_cents",
    Method.SOCIAL: "social_cents",
    Method.BARTER: "barter_cents",
}
"""Where an amount that was given in one way is added."""
HANDED_ON = (Method.OWN_PIX, Method.SOCIAL, Method.BARTER)
GIVEN_AT_DESK = sa.or_(Payment.at_desk, Payment.method.in_(HANDED_ON))
"""Of what was paid for a reservation: the desk has it, or it goes on to who sells."""


class Event(NamedTuple):
    """What a till of the desk told: ``sale``, ``void``, ``handover`` or ``return``, and its id."""

    kind: str
    id: int


@dataclass
class Taken:
    """What was taken for one enterprise, in centavos."""

    cash_cents: int = 0
    machine_cents: int = 0
    pix_cents: int = 0
    social_cents: int = 0
    barter_cents: int = 0
    discount_cents: int = 0

    @property
    def is_something(self) -> bool:
        return any(vars(self).values())


@dataclass
class Taking:
    """What a desk took that is in no split: the events, and what each enterprise sold in them."""

    events: list[Event] = field(default_factory=list)
    by_seller: dict[int, Taken] = field(default_factory=lambda: defaultdict(Taken))

    @property
    def is_something(self) -> bool:
        return any(one.is_something for one in self.by_seller.values())


def fairs_seen_by(person: Person) -> sa.Select[Fair]:
    """Select the fairs whose common desk a person may see: of their Divisions, announced once."""
    there = sa.select(Fair).where(Fair.state != FairState.PLANNED)
    if "house" in person.roles:
        return there
    ids = frozenset() if person.roles.isdisjoint(SEES) else person.divisions
    return there.where(Fair.division_id.in_(ids))


def seen_by(person: Person) -> sa.Select[DeskSplit]:
    ids = fairs_seen_by(person).with_only_columns(Fair.id)
    return sa.select(DeskSplit).where(DeskSplit.fair_id.in_(ids))


def bankings_seen_by(person: Person) -> sa.Select[DeskBanking]:
    ids = fairs_seen_by(person).with_only_columns(Fair.id)
    return sa.select(DeskBanking).where(DeskBanking.fair_id.in_(ids))


def whole(splits: sa.Select[DeskSplit]) -> sa.Select[DeskSplit]:
    """Load with each split all that its page shows."""
    shares = selectinload(DeskSplit.shares).joinedload(DeskShare.enterprise)
    people = joinedload(DeskSplit.prepared_by), joinedload(DeskSplit.approved_by)
    return splits.options(shares, joinedload(DeskSplit.collection), *people)


def of_fair(fair_id: int) -> list[DeskSplit]:
    """Return the splits of a fair that count, the latest first."""
    there = sa.select(DeskSplit).where(
        DeskSplit.fair_id == fair_id, DeskSplit.state != SplitState.DISCARDED
    )
    return list(db.session.scalars(whole(there).order_by(DeskSplit.id.desc())))


def bankings_of(fair_id: int) -> list[DeskBanking]:
    there = sa.select(DeskBanking).where(
        DeskBanking.fair_id == fair_id, DeskBanking.dropped_at.is_(None)
    )
    people = joinedload(DeskBanking.noted_by), joinedload(DeskBanking.confirmed_by)
    return list(db.session.scalars(there.options(*people).order_by(DeskBanking.id.desc())))


def shares_of(enterprise_ids: Iterable[int] | sa.Select[int]) -> sa.Select[DeskShare]:
    """Select what approved splits gave to these enterprises, the latest first."""
    return (
        sa.select(DeskShare)
        .join(DeskShare.split)
        .where(DeskShare.enterprise_id.in_(enterprise_ids), DeskSplit.state == SplitState.APPROVED)
        .options(joinedload(DeskShare.split).joinedload(DeskSplit.fair))
        .options(joinedload(DeskShare.split).joinedload(DeskSplit.collection))
        .options(joinedload(DeskShare.enterprise))
        .order_by(DeskShare.id.desc())
    )


def waiting_machine(fair_id: int) -> list[DeskShare]:
    """Return the shares of a fair whose part by card machine has not arrived."""
    return list(db.session.scalars(_WAITING.where(DeskSplit.fair_id == fair_id)))


def open_banking(fair_id: int, kind: BankingKind) -> sa.Select[DeskBanking]:
    return sa.select(DeskBanking).where(
        DeskBanking.fair_id == fair_id,
        DeskBanking.kind == kind,
        DeskBanking.confirmed_at.is_(None),
        DeskBanking.dropped_at.is_(None),
    )


def kept_fees(fair_id: int) -> dict[int, int]:
    """Return what of the fee of a fair each has given, in centavos, in splits that count."""
    query = (
        sa.select(DeskShare.enterprise_id, sa.func.sum(DeskShare.fee_cents))
        .join(DeskShare.split)
        .where(DeskSplit.fair_id == fair_id, DeskSplit.state != SplitState.DISCARDED)
        .group_by(DeskShare.enterprise_id)
    )
    return {seller: int(cents) for seller, cents in db.session.execute(query)}


def taking(collection_id: int | None) -> Taking:
    """Return what the desk of a fair day took that is in no split yet."""
    found = Taking()
    for event, rows in _by_event(collection_id).items():
        if all(row.at_desk or row.method not in DESK_TAKES for row in rows):
            found.events.append(event)
            for row in rows:
                _add(found.by_seller[row.enterprise_id], row)
    return found


def days_of_desk(fair: Fair) -> list[FairDay]:
    """Return the days of a fair on which a device was bound to its common desk."""
    bound = sa.select(Till.collection_id).where(
        Till.fair_id == fair.id, Till.enterprise_id.is_(None)
    )
    days = sa.select(FairDay).where(FairDay.fair_id == fair.id, FairDay.collection_id.in_(bound))
    return list(db.session.scalars(days.order_by(FairDay.day)))


def names_of(enterprise_ids: Iterable[int]) -> list[Enterprise]:
    """Return these enterprises by name."""
    query = sa.select(Enterprise).where(Enterprise.id.in_(list(enterprise_ids)))
    return list(db.session.scalars(query.order_by(Enterprise.folded, Enterprise.id)))


class _Row(NamedTuple):
    kind: str
    id: int
    sign: int
    enterprise_id: int
    order_id: int
    discount_cents: int
    method: Method
    amount_cents: int
    at_desk: bool


def _by_event(collection_id: int | None) -> dict[Event, list[_Row]]:
    found: dict[Event, list[_Row]] = defaultdict(list)
    for query in (_SALES, _VOIDS, _HANDOVERS, _RETURNS):
        for row in map(_Row._make, db.session.execute(query, {"day": collection_id})):
            found[Event(row.kind, row.id)].append(_once(row, found[Event(row.kind, row.id)]))
    return found


def _once(row: _Row, before: Sequence[_Row]) -> _Row:
    """Tell the discount of an order with the first of its tenders alone."""
    seen = any(other.order_id == row.order_id for other in before)
    return row._replace(discount_cents=0) if seen else row


def _add(taken: Taken, row: _Row) -> None:
    name = COLUMNS[row.method]
    setattr(taken, name, getattr(taken, name) + row.sign * row.amount_cents)
    taken.discount_cents += row.sign * row.discount_cents


_of_desk = (Till.collection_id == sa.bindparam("day"), Till.enterprise_id.is_(None))
_tender_paid = sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id)
_WAITING = (
    sa.select(DeskShare)
    .join(DeskShare.split)
    .where(
        DeskSplit.state == SplitState.APPROVED,
        DeskShare.machine_cents != 0,
        DeskShare.banking_id.is_(None),
    )
    .order_by(DeskShare.id)
)


def _in_part(column: Any, event_id: Any) -> sa.ColumnElement[bool]:
    return sa.select(DeskPart.id).where(column == event_id).exists()


_SALES = (
    sa.select(
        *(sa.literal("sale"), TillSale.id, sa.literal(1), Order.enterprise_id, Order.id),
        *(Order.discount_cents, Tender.method, Tender.amount_cents, Payment.at_desk),
    )
    .join(Till, Till.id == TillSale.till_id)
    .join(Order, Order.purchase_id == TillSale.purchase_id)
    .join(Tender, Tender.order_id == Order.id)
    .join(Payment, _tender_paid)
    .where(*_of_desk, ~_in_part(DeskPart.sale_id, TillSale.id))
    .order_by(TillSale.id, Tender.id)
)
_VOIDS = (
    sa.select(
        *(sa.literal("void"), TillVoid.id, sa.literal(-1), Order.enterprise_id, Order.id),
        *(Order.discount_cents, Tender.method, Tender.amount_cents, Payment.at_desk),
    )
    .join(Till, Till.id == TillVoid.till_id)
    .join(TillSale, TillSale.id == TillVoid.sale_id)
    .join(Order, Order.purchase_id == TillSale.purchase_id)
    .join(Tender, Tender.order_id == Order.id)
    .join(Payment, _tender_paid)
    .where(*_of_desk, ~_in_part(DeskPart.void_id, TillVoid.id))
    .order_by(TillVoid.id, Tender.id)
)
_HANDOVERS = (
    sa.select(
        *(sa.literal("handover"), TillHandover.id, sa.literal(1), Order.enterprise_id, Order.id),
        *(sa.literal(0), TillHandover.method, Payment.amount_cents, Payment.at_desk),
    )
    .join(Till, Till.id == TillHandover.till_id)
    .join(Order, Order.id == TillHandover.order_id)
    .join(Payment, sa.and_(Payment.payable_type == ORDER, Payment.payable_id == Order.id))
    .where(*_of_desk, GIVEN_AT_DESK, ~_in_part(DeskPart.handover_id, TillHandover.id))
    .where(TillHandover.came == "given", TillHandover.method.is_not(None))
    .order_by(TillHandover.id)
)
_RETURNS = (
    sa.select(
        *(sa.literal("return"), TillReturn.id, sa.literal(-1), TillReturnLine.enterprise_id),
        *(TillReturnLine.id, sa.literal(0), sa.literal(Method.CASH, Tender.method.type)),
        *(TillReturnLine.fitting * TillReturnLine.price_cents, sa.true()),
    )
    .join(Till, Till.id == TillReturn.till_id)
    .join(TillReturnLine, TillReturnLine.return_id == TillReturn.id)
    .where(*_of_desk, TillReturnLine.fitting > 0, ~_in_part(DeskPart.return_id, TillReturn.id))
    .order_by(TillReturn.id, TillReturnLine.id)
)
