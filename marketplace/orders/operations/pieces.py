"""Pieces of what was sold on the spot come back: the sale stays as it was, and they are taken off.

What came back is a fact by the time we hear of it, as a sale is: nothing here refuses it. What fits
no line, or is more than was sold of it, is handed back for a person to settle.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.operations import stock
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.orders.operations import facts
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.operations import direct


class Brought(NamedTuple):
    """So many of one thing that somebody brought back, and what was given for one, in centavos."""

    enterprise_id: int
    product_id: int | None
    name: str
    quantity: int
    price_cents: int
    kept_out: bool


@dataclass(frozen=True)
class Return:
    """What came back of one purchase; ``at_desk`` if a common desk gave the money."""

    subject: str
    purchase_id: int
    day: date
    at_desk: bool
    reason: str
    pieces: tuple[Brought, ...]


class Fitted(NamedTuple):
    """How many of the pieces fit lines of the sale, and what those had cost, in centavos."""

    quantity: int
    paid_cents: int


@operation
def take_back(back: Return, *, by: Person, now: datetime) -> list[Fitted]:
    """Take pieces back, as far as they were sold and are not back yet; tell that for each.

    What is not kept out is on sale again; the day they came back counts that much less.
    """
    orders = list(db.session.scalars(_locked(back.purchase_id)))
    fits = list(_fits(orders, back.pieces))
    rows = [
        ReturnedPieces(
            subject=back.subject,
            order_line_id=line.id,
            line=line,
            quantity=number,
            amount_cents=number * piece.price_cents,
            direct_cents=0,
            kept_out=piece.kept_out,
            occurred_on=back.day,
            reason=back.reason,
            returned_at=now,
            by_id=by.id,
        )
        for _place, piece, line, number in fits
    ]
    _restock(rows, by=by, now=now)
    by_id = {order.id: order for order in orders}
    if not back.at_desk:
        _foresee(rows, by_id)
    db.session.add_all(rows)
    db.session.flush()
    _book(rows, by_id, by=by, now=now)
    audit.record("pieces_came_back", by=by, now=now, purchase_id=back.purchase_id, rows=len(rows))
    return [_fitted(place, fits) for place in range(len(back.pieces))]


def came_back(purchase_id: int) -> bool:
    """Whether any piece of a purchase came back."""
    return db.session.scalar(_BACK.where(Order.purchase_id == purchase_id).limit(1)) is not None


Fit = tuple[int, Brought, OrderLine, int]


def _fits(orders: Iterable[Order], pieces: Iterable[Brought]) -> Iterator[Fit]:
    """Yield which lines the pieces are of: first those at the same price."""
    lines = [(o, line) for o in orders if o.state is State.HANDED_OVER for line in o.lines]
    left = Counter({line.id: line.handed_over for _order, line in lines})
    left.subtract(_back_before(left))
    for place, piece in enumerate(pieces):
        same = [line for order, line in lines if _is_of(order, line, piece)]
        wanted = piece.quantity
        for line in sorted(same, key=lambda line: line.price_cents != piece.price_cents):
            if number := min(wanted, left[line.id]):
                yield place, piece, line, number
                wanted -= number
                left[line.id] -= number


def _is_of(order: Order, line: OrderLine, piece: Brought) -> bool:
    named = piece.product_id is not None or line.name == piece.name
    return (
        order.enterprise_id == piece.enterprise_id and line.product_id == piece.product_id and named
    )


def _back_before(line_ids: Iterable[int]) -> dict[int, int]:
    query = (
        sa.select(ReturnedPieces.order_line_id, sa.func.sum(ReturnedPieces.quantity))
        .where(ReturnedPieces.order_line_id.in_(list(line_ids)))
        .group_by(ReturnedPieces.order_line_id)
    )
    return {line_id: int(number) for line_id, number in db.session.execute(query)}


def _fitted(place: int, fits: Iterable[Fit]) -> Fitted:
    own = [(line.price_cents, number) for at, _piece, line, number in fits if at == place]
    return Fitted(sum(n for _cents, n in own), sum(cents * n for cents, n in own))


def _restock(rows: Iterable[ReturnedPieces], *, by: Person, now: datetime) -> None:
    """Put on sale again what is not kept out, in the order of the products."""
    again = [(row.line.product_id, row) for row in rows if not row.kept_out]
    for product_id, row in sorted(((p, r) for p, r in again if p), key=lambda pair: pair[0]):
        stock.take_back(product_id, row.quantity, subject=row.line.subject, by=by, now=now)


def _foresee(rows: Iterable[ReturnedPieces], orders: dict[int, Order]) -> None:
    """Say of each how much goes back out of what its enterprise had received itself."""
    left = {order_id: _received(order_id) for order_id in orders}
    for row in rows:
        row.direct_cents = min(row.amount_cents, left[row.line.order_id])
        left[row.line.order_id] -= row.direct_cents


def _received(order_id: int) -> int:
    """Return what an enterprise received itself of an order and did not give back, in centavos."""
    paid = sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id)
    came = (
        sa.select(sa.func.coalesce(sa.func.sum(Payment.amount_cents), 0))
        .join(Tender, paid)
        .where(Tender.order_id == order_id, Payment.state == PaymentState.SETTLED)
        .where(Payment.method.in_(DIRECT), Payment.at_desk.is_(False))
    )
    gone = (
        sa.select(sa.func.coalesce(sa.func.sum(ReturnedPieces.direct_cents), 0))
        .join(OrderLine, OrderLine.id == ReturnedPieces.order_line_id)
        .where(OrderLine.order_id == order_id)
    )
    return int(db.session.scalar(came) or 0) - int(db.session.scalar(gone) or 0)


def _book(
    rows: Iterable[ReturnedPieces], orders: dict[int, Order], *, by: Person, now: datetime
) -> None:
    """Enter what the enterprises gave back, and take the pieces off what was sold."""
    for row in rows:
        if row.direct_cents:
            seller = orders[row.line.order_id].enterprise_id
            direct.give_part_back(row.id, seller, row.direct_cents, by=by, now=now)
    for row in rows:
        key = f"{row.line.subject}:{FactKind.SALE}"
        sold = db.session.scalars(sa.select(SaleFact).where(SaleFact.key == key))
        less = [(fact, row.quantity, f"returned-{row.id}") for fact in sold]
        order = orders[row.line.order_id]
        facts.take_back(order, less, day=row.occurred_on, by=by, now=now)


def _locked(purchase_id: int) -> sa.Select[Order]:
    query = sa.select(Order).where(Order.purchase_id == purchase_id).order_by(Order.id)
    return query.with_for_update().execution_options(populate_existing=True)


_BACK = (
    sa.select(ReturnedPieces.id)
    .join(OrderLine, OrderLine.id == ReturnedPieces.order_line_id)
    .join(Order, Order.id == OrderLine.order_id)
)
