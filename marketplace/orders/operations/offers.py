"""What is set apart for a fair: taken by its reservations alone, and back on sale when they end.

Each change locks the product's stock first, so that what is counted apart is what offers hold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.errors import OutOfStock
from marketplace.catalogue.operations import apart, shortfalls, stock
from marketplace.catalogue.operations.movements import mark_crossing
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.errors import AlreadyReserved, OverLimit
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.models.orders import OrderLine
from marketplace.orders.queries import offers as queries


class Wanted(NamedTuple):
    """So many pieces for a fair, with those reserved; how many one buyer may have, none for any.

    ``price_cents`` is what one costs there, none for what it costs everywhere.
    """

    pieces: int
    most_each: int | None = None
    only_here: bool = False
    price_cents: int | None = None


class Taking(NamedTuple):
    """What a line takes of an offer."""

    offer_id: int | None
    product_id: int
    name: str
    ordered: int


@operation
def change_offer(
    fair_id: int, product_id: int, wanted: Wanted, *, by: Person, now: datetime
) -> FairOffer:
    """Have so many pieces of a product apart for a fair; who calls has asked who may.

    :raises AlreadyReserved: for fewer than are reserved.
    :raises OutOfStock: if fewer are left to sell than are to be added.
    """
    shortfalls.lock_each([product_id])
    offer = _made(fair_id, product_id, now)
    gone = queries.reserved([offer.id]).get(offer.id, 0)
    if wanted.pieces < gone:
        raise AlreadyReserved(pieces=gone)
    offer.most_each, offer.only_here = wanted.most_each, wanted.only_here
    offer.price_cents = wanted.price_cents
    _let_hold(offer, wanted.pieces - gone, by=by, now=now)
    audit.record("fair_offer_changed", by=by, now=now, offer_id=offer.id, pieces=wanted.pieces)
    return offer


@operation
def empty_offer(fair_id: int, product_id: int, *, by: Person, now: datetime) -> FairOffer:
    """Put what nobody reserved of it on sale again; its price at the fair stays.

    Without more of it, it is as any product.
    """
    shortfalls.lock_each([product_id])
    offer = _made(fair_id, product_id, now)
    _let_hold(offer, 0, by=by, now=now)
    offer.only_here = False
    audit.record("fair_offer_emptied", by=by, now=now, offer_id=offer.id)
    return offer


@operation
def bring_back_closed(*, by: Person, now: datetime) -> int:
    """Put what is left apart for fairs that take no more orders on sale again; return how much."""
    found = queries.closed(now).with_only_columns(FairOffer.product_id)
    ids = list(db.session.scalars(found.distinct().limit(100)))
    shortfalls.lock_each(ids)
    return sum(back for _id, back in _brought_back(ids, by=by, now=now))


def bring_back_locked(ids: Iterable[int], *, by: Person, now: datetime) -> dict[int, int]:
    """Do so for products whose stock is locked; return how many more are left of each."""
    more = Counter[int]()
    for product_id, back in _brought_back(list(ids), by=by, now=now):
        more[product_id] += back
    return more


def check_limits(wanted: Mapping[int, tuple[str, int]], *, mobile: str, by: Person) -> None:
    """Look whether one buyer may have so many more: by offer, its name and the pieces.

    Call with the stock locked: of two orders of one buyer, the second sees the first.

    :raises OverLimit: naming the first that is too many.
    """
    limits = sa.select(FairOffer.id, FairOffer.most_each).where(
        FairOffer.id.in_(list(wanted)), FairOffer.most_each.is_not(None)
    )
    most: dict[int, Any] = dict(db.session.execute(limits).all())
    had = queries.had_by(most, mobile=mobile, user_id=by.id) if most else {}
    for offer_id, limit in sorted(most.items()):
        name, pieces = wanted[offer_id]
        if pieces + had.get(offer_id, 0) > limit:
            raise OverLimit(name=name, most=limit, had=had.get(offer_id, 0))


def take(line: OrderLine | Taking, *, by: Person, now: datetime) -> None:
    """Take the pieces of an order's line out of its offer, whose product's stock is locked.

    :raises OutOfStock: if fewer are left.
    """
    if line.offer_id and _change(line.offer_id, -line.ordered, by=by, now=now) is None:
        raise OutOfStock(name=line.name, left=0, product_id=line.product_id)


def let_go(line: OrderLine, product_id: int, pieces: int, *, by: Person, now: datetime) -> None:
    """Put pieces that a line held on sale again: apart, while its fair takes orders for them.

    Those that are missing are counted out instead.
    """
    if gone := min(pieces, line.missing):
        told: Any = {"subject": line.subject, "reason": line.reason, "by": by, "now": now}
        stock.count_out_held(product_id, gone, **told)
    if not (pieces := pieces - gone):
        return
    back = queries.is_open(line.offer_id, now)
    stock.release(product_id, pieces, subject=line.subject, apart=back, by=by, now=now)
    if back and line.offer_id is not None:
        _change(line.offer_id, pieces, by=by, now=now)


def _made(fair_id: int, product_id: int, now: datetime) -> FairOffer:
    """Return the offer as it is now, a new one if there is none; the stock is locked."""
    query = sa.select(FairOffer).where(
        FairOffer.fair_id == fair_id, FairOffer.product_id == product_id
    )
    offer = db.session.scalar(query.execution_options(populate_existing=True))
    if offer is None:
        offer = FairOffer(fair_id=fair_id, product_id=product_id, left_count=0, made_at=now)
        db.session.add(offer)
        db.session.flush()
    return offer


def _let_hold(offer: FairOffer, left: int, *, by: Person, now: datetime) -> None:
    more, of = left - offer.left_count, offer.product_id
    if more > 0:
        apart.set_apart(of, more, subject=offer.subject, by=by, now=now)
    elif more < 0:
        apart.bring_back(of, -more, subject=offer.subject, by=by, now=now)
    mark_crossing(of, offer.left_count, left, by=by, now=now)
    offer.left_count = left
    db.session.flush()


def _brought_back(ids: list[int], *, by: Person, now: datetime) -> Iterable[tuple[int, int]]:
    over = queries.closed(now).where(FairOffer.product_id.in_(ids))
    found = db.session.scalars(over.execution_options(populate_existing=True)).all()
    for offer in found:
        back = offer.left_count
        _let_hold(offer, 0, by=by, now=now)
        yield offer.product_id, back


def _change(offer_id: int, pieces: int, *, by: Person, now: datetime) -> int | None:
    """Change what is left of an offer, unless it would go below zero; return what is left."""
    left = FairOffer.left_count + pieces
    changed = (
        sa.update(FairOffer)
        .where(FairOffer.id == offer_id, left >= 0)
        .values(left_count=left)
        .returning(FairOffer.left_count, FairOffer.product_id)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(changed).first()
    if row is None:
        return None
    mark_crossing(row.product_id, row.left_count - pieces, row.left_count, by=by, now=now)
    return int(row.left_count)
