"""What was written of one fair: rows of sums, each by one statement, whatever the fair's size.

Amounts are in centavos of BRL. Facts are signed, so what was undone or given back is taken off.
"""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import rows
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs.models.calls import Attendance, Call, Mark, Place, PlaceState
from marketplace.fairs.models.fairs import Exhibitor
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Till, TillHandover, TillSale
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.payments.models.payments import Method, Payment, PaymentState

SPOT = (Channel.FAIR_STALL, Channel.FAIR_DESK)
NEVER = (State.AWAITING, State.NOT_PAID)
"""Nobody reserved anything: it was not paid for, or not yet."""


class Cell(NamedTuple):
    """Facts that are alike in all this; ``key`` and ``name`` are of who sold, or of a product."""

    key: int | None
    name: str
    kind: FactKind
    channel: Channel
    segment: Segment
    method: str
    confidence: Confidence
    cents: int
    pieces: int
    makers_cents: int
    composed_cents: int
    last_id: int


class Sold(NamedTuple):
    """What one enterprise has of one sale at a till, less what was undone of it."""

    sale_id: int
    enterprise_id: int
    day: date
    told_at: datetime | None
    received_at: datetime
    skew_seconds: int | None
    cents: int


class Reserved(NamedTuple):
    """An order that was to be collected at the fair."""

    enterprise_id: int
    state: State
    to_order: bool
    handed_over_at: datetime | None
    goods_cents: int


class Given(NamedTuple):
    """What was given at tills in one way, of orders of a method, and whether it is there."""

    ordered: Method
    method: Method
    state: PaymentState
    cents: int


class Returned(NamedTuple):
    """How often something was brought back, what was given for it, and how often in pieces."""

    times: int
    cents: int
    exchanges: int


class Stand(NamedTuple):
    """An enterprise with a stall, and whether it came."""

    enterprise_id: int
    name: str
    segment: Segment
    stall: str
    mark: Mark | None


class Offer(NamedTuple):
    """How many places the fair's call has, and how many of them are in one state."""

    places: int
    state: PlaceState | None
    number: int


class Doubt(NamedTuple):
    """Matters of one enterprise that are alike; none settled has an outcome."""

    enterprise_id: int
    kind: MatterKind
    outcome: Outcome | None
    number: int
    pieces: int
    cents: int


def cells(fair_id: int, enterprise_id: int | None = None) -> list[Cell]:
    """Return the facts of a fair by who sold, or those of one enterprise by product."""
    asked = {"fair_id": fair_id, "enterprise_id": enterprise_id}
    return [Cell(*row) for row in rows(_cells(own=enterprise_id is not None), asked)]


def sold(fair_id: int) -> list[Sold]:
    return [Sold(*row) for row in rows(_SOLD, {"fair_id": fair_id})]


def reserved(fair_id: int) -> list[Reserved]:
    return [Reserved(*row) for row in rows(_RESERVED, {"fair_id": fair_id})]


def given(fair_id: int, enterprise_id: int | None = None) -> list[Given]:
    """Return how buyers paid at tills for what was not undone, all or one enterprise's part.

    What was given back for pieces is taken off, in cash.
    """
    asked = {"fair_id": fair_id, "enterprise_id": enterprise_id}
    own = enterprise_id is not None
    return [Given(*row) for query in (_given, _given_back) for row in rows(query(own=own), asked)]


def stands(fair_id: int) -> list[Stand]:
    """Return who has a stall, in the order of the stalls."""
    return [Stand(*row) for row in rows(_STANDS, {"fair_id": fair_id})]


def offers(fair_id: int) -> list[Offer]:
    """Return the places of a fair's call by their state; nothing for a fair without one."""
    return [Offer(*row) for row in rows(_OFFERS, {"fair_id": fair_id})]


def doubts(fair_id: int) -> list[Doubt]:
    return [Doubt(*row) for row in rows(_DOUBTS, {"fair_id": fair_id})]


def _sum(column: Any, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    chosen = sa.case((sa.and_(*where), column), else_=0) if where else column
    return sa.cast(sa.func.coalesce(sa.func.sum(chosen), 0), sa.BigInteger)


_fair_id = sa.bindparam("fair_id", type_=sa.Integer)
_enterprise_id = sa.bindparam("enterprise_id", type_=sa.Integer)


@cache
def _cells(*, own: bool) -> sa.Executable:
    subject = (
        (SaleFact.product_id, SaleFact.product_name)
        if own
        else (SaleFact.enterprise_id, SaleFact.enterprise_name)
    )
    alike = (
        *subject,
        *(SaleFact.kind, SaleFact.channel, SaleFact.segment),
        *(SaleFact.payment_method, SaleFact.confidence),
    )
    counted = sa.select(
        *alike,
        _sum(SaleFact.gross_cents),
        _sum(SaleFact.quantity),
        _sum(SaleFact.makers_cents),
        _sum(SaleFact.gross_cents, SaleFact.composed.is_(sa.true())),
        sa.func.max(SaleFact.id),
    ).where(SaleFact.fair_id == _fair_id)
    if own:
        counted = counted.where(SaleFact.enterprise_id == _enterprise_id)
    return counted.group_by(*alike).order_by(sa.func.max(SaleFact.id))


_OF_SALE = (
    *(TillSale.id, SaleFact.enterprise_id, Collection.day),
    *(TillSale.told_at, TillSale.received_at, Till.skew_seconds),
)
_SOLD = (
    sa.select(*_OF_SALE, _sum(SaleFact.gross_cents))
    .select_from(SaleFact)
    .join(OrderLine, OrderLine.id == SaleFact.order_line_id)
    .join(Order, Order.id == OrderLine.order_id)
    .join(TillSale, TillSale.purchase_id == Order.purchase_id)
    .join(Till, Till.id == TillSale.till_id)
    .join(Collection, Collection.id == Till.collection_id)
    .where(SaleFact.fair_id == _fair_id, SaleFact.kind == FactKind.SALE)
    .where(SaleFact.channel.in_(SPOT))
    .group_by(*_OF_SALE)
    .having(sa.func.sum(SaleFact.quantity) != 0)
)
_RESERVED = (
    sa.select(
        *(Order.enterprise_id, Order.state, Order.to_order),
        *(Order.handed_over_at, Order.goods_cents),
    )
    .join(Collection, Collection.id == Order.collection_id)
    .where(Collection.fair_id == _fair_id, Order.way == Way.COLLECTION, Order.state.not_in(NEVER))
)


@cache
def _given(*, own: bool) -> sa.Executable:
    alike = (Order.method, Tender.method, Payment.state)
    paid = sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id)
    counted = (
        sa.select(*alike, _sum(Tender.amount_cents))
        .select_from(Tender)
        .join(Order, Order.id == Tender.order_id)
        .join(Collection, Collection.id == Order.collection_id)
        .join(Payment, paid)
        .where(Collection.fair_id == _fair_id, Order.state != State.VOIDED)
    )
    if own:
        counted = counted.where(Order.enterprise_id == _enterprise_id)
    return counted.group_by(*alike)


@cache
def _given_back(*, own: bool) -> sa.Executable:
    alike = (Order.method, sa.literal(Method.CASH, Order.method.type))
    worth = -ReturnedPieces.quantity * OrderLine.price_cents
    counted = (
        sa.select(*alike, sa.literal(PaymentState.SETTLED, Payment.state.type), _sum(worth))
        .select_from(ReturnedPieces)
        .join(OrderLine, OrderLine.id == ReturnedPieces.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Collection, Collection.id == Order.collection_id)
        .where(Collection.fair_id == _fair_id)
    )
    if own:
        counted = counted.where(Order.enterprise_id == _enterprise_id)
    return counted.group_by(Order.method)


def returned(fair_id: int) -> Returned:
    """Return what came back to the tills of a fair, also of what was sold at another."""
    ((times, cents, exchanges),) = rows(_RETURNED, {"fair_id": fair_id})
    return Returned(int(times), int(cents), int(exchanges))


_RETURNED = (
    sa.select(
        sa.func.count(TillReturn.id),
        _sum(TillReturn.amount_cents),
        _sum(1, TillReturn.exchange_code != ""),
    )
    .join(Till, Till.id == TillReturn.till_id)
    .where(Till.fair_id == _fair_id)
)


_came = sa.and_(
    Attendance.fair_id == Exhibitor.fair_id, Attendance.enterprise_id == Exhibitor.enterprise_id
)
_STANDS = (
    sa.select(
        *(Exhibitor.enterprise_id, Enterprise.name, Enterprise.segment),
        *(Exhibitor.stall, Attendance.mark),
    )
    .select_from(Exhibitor)
    .join(Enterprise, Enterprise.id == Exhibitor.enterprise_id)
    .outerjoin(Attendance, _came)
    .where(Exhibitor.fair_id == _fair_id)
    .order_by(Exhibitor.position, Exhibitor.id)
)
_OFFERS = (
    sa.select(Call.places, Place.state, sa.func.count(Place.id))
    .select_from(Call)
    .outerjoin(Place, Place.call_id == Call.id)
    .where(Call.fair_id == _fair_id)
    .group_by(Call.places, Place.state)
)
_ALIKE = (Matter.enterprise_id, Matter.kind, Matter.outcome)
_told_by = sa.func.coalesce(TillSale.till_id, TillHandover.till_id, TillReturn.till_id)
_DOUBTS = (
    sa.select(*_ALIKE, sa.func.count(Matter.id), _sum(Matter.pieces), _sum(Matter.sold_cents))
    .select_from(Matter)
    .outerjoin(TillSale, TillSale.id == Matter.sale_id)
    .outerjoin(TillHandover, TillHandover.id == Matter.handover_id)
    .outerjoin(TillReturn, TillReturn.id == Matter.return_id)
    .join(Till, Till.id == _told_by)
    .where(Till.fair_id == _fair_id)
    .group_by(*_ALIKE)
    .order_by(Matter.kind, Matter.enterprise_id)
)
