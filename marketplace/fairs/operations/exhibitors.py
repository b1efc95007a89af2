"""Who stands at which stall of a fair."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.end_errors import FairIsClosed
from marketplace.fairs.errors import FairIsCancelled, NotSelling, PlacesAreDrawn
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairState
from marketplace.fairs.queries import calendar as queries
from marketplace.fairs.queries import calls
from marketplace.orders.operations import collections


@operation
def place_exhibitor(
    fair_id: int, enterprise_id: int, stall: str, *, by: Person, now: datetime
) -> Exhibitor:
    """Give an enterprise a place at a stall, or move it to another; stalls may be shared.

    :raises NotSelling: if the enterprise is not approved.
    :raises PlacesAreDrawn: for a new one at a fair whose places a call gives.
    :raises OwnEnterprise: if ``by`` belongs to it.
    """
    fair = lock_fair(fair_id, by)
    enterprise = find_one(sa.select(Enterprise).where(Enterprise.id == enterprise_id))
    conflicts.keep_out(by, enterprise)
    if enterprise.standing is not Standing.APPROVED:
        raise NotSelling(enterprise=enterprise.name)
    if db.session.scalar(calls.of_fair(fair_id)) and _exhibitor(fair_id, enterprise_id) is None:
        raise PlacesAreDrawn
    return seat(fair, enterprise_id, stall, by=by, now=now)


@operation
def remove_exhibitor(fair_id: int, enterprise_id: int, *, by: Person, now: datetime) -> None:
    """Take an enterprise's place back.

    :raises SellerHasOrders: while it has open reservations for this fair.
    :raises PlacesAreDrawn: at a fair whose places a call gives.
    :raises OwnEnterprise: if ``by`` belongs to it.
    """
    fair = lock_fair(fair_id, by)
    shown = _exhibitor(fair_id, enterprise_id)
    if shown is None:
        raise NotFound
    conflicts.keep_out(by, shown.enterprise)
    if db.session.scalar(calls.of_fair(fair_id)):
        raise PlacesAreDrawn
    unseat(fair, enterprise_id, by=by, now=now)


def seat(fair: Fair, enterprise_id: int, stall: str, *, by: Person, now: datetime) -> Exhibitor:
    """Put an enterprise at a stall, or move it to another."""
    shown = _exhibitor(fair.id, enterprise_id)
    if shown is None:
        shown = Exhibitor(fair_id=fair.id, enterprise_id=enterprise_id, stall=stall)
        db.session.add(shown)
    move(shown, stall, by=by, now=now)
    tell_sellers(fair, by=by, now=now)
    return shown


def move(shown: Exhibitor, stall: str, *, by: Person, now: datetime) -> None:
    """Put an exhibitor at a stall; who calls tells the collections."""
    shown.stall, shown.position = stall, _position(stall)
    db.session.flush()
    placed = {"fair_id": shown.fair_id, "enterprise_id": shown.enterprise_id}
    audit.record("exhibitor_placed", by=by, now=now, **placed)


def unseat(fair: Fair, enterprise_id: int, *, by: Person, now: datetime) -> None:
    """Take an enterprise from its stall, if it has one."""
    if (shown := _exhibitor(fair.id, enterprise_id)) is None:
        return
    db.session.delete(shown)
    db.session.flush()
    tell_sellers(fair, by=by, now=now)
    audit.record("exhibitor_removed", by=by, now=now, fair_id=fair.id, enterprise_id=enterprise_id)


def lock_fair(fair_id: int, by: Person) -> Fair:
    """Lock a fair of which something is to be changed.

    :raises FairIsCancelled, FairIsClosed: if nothing of it changes any more.
    """
    fair = lock_one(queries.visible_to(by).where(Fair.id == fair_id))
    if fair.state is FairState.CANCELLED:
        raise FairIsCancelled(fair=fair.name)
    if fair.state is FairState.CLOSED:
        raise FairIsClosed(fair=fair.name)
    return fair


def tell_sellers(fair: Fair, *, by: Person, now: datetime) -> None:
    """Let the collections of an announced fair know who will stand where."""
    stalls = {shown.enterprise_id: shown.stall for shown in queries.exhibitors(fair.id)}
    for day in fair.days:
        if day.collection_id is not None:
            collections.set_sellers(day.collection_id, stalls, by=by, now=now)


def _exhibitor(fair_id: int, enterprise_id: int) -> Exhibitor | None:
    query = sa.select(Exhibitor).where(
        Exhibitor.fair_id == fair_id, Exhibitor.enterprise_id == enterprise_id
    )
    return db.session.scalar(query)


def _position(stall: str) -> int:
    """Return where a stall stands in lists: by its number, those without one last."""
    digits = "".join(letter for letter in stall if letter.isascii() and letter.isdigit())
    return int(digits[:6]) if digits else 10**6
