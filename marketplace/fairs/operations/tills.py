"""Binding a device to a fair day, and taking it out of use."""

import secrets
from datetime import datetime
from typing import NamedTuple

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs.end_errors import FairIsClosed
from marketplace.fairs.errors import FairIsCancelled, NotItsWayOfCash, NotThisDay
from marketplace.fairs.models.fairs import Fair, FairDay, FairState
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries import calendar, tills

TOKEN_BYTES = 32


class Bound(NamedTuple):
    """A till that was bound; its token is told this once."""

    till_id: int
    token: str


@operation
def bind_till(
    fair_id: int, day_id: int, enterprise_id: int | None, user_id: int, *, by: Person, now: datetime
) -> Bound:
    """Bind a device to a fair day, to who sells, and to a stall, or to the common desk if none.

    :raises NotFound: unless ``by`` sees to that fair, and the person may sell there.
    :raises NotThisDay: unless the fair was announced with that day.
    :raises FairIsCancelled, FairIsClosed: once it was called off or closed.
    :raises NotItsWayOfCash: for a stall where all is sold at the common desk, and the other way.
    """
    fair = find_one(calendar.visible_to(by).where(Fair.id == fair_id))
    day = _open_day(fair, day_id)
    if not fair.cash_mode.takes(enterprise_id):
        raise NotItsWayOfCash(fair=fair.name)
    who = [(one.enterprise_id, one.user_id) for one in tills.cashiers(fair)]
    if (enterprise_id, user_id) not in who:
        raise NotFound
    token = secrets.token_urlsafe(TOKEN_BYTES)
    till = Till(
        token_hash=tills.hashed(token),
        fair_id=fair.id,
        collection_id=day.collection_id,
        enterprise_id=enterprise_id,
        user_id=user_id,
        bound_at=now,
        bound_by_id=by.id,
    )
    db.session.add(till)
    db.session.flush()
    audit.record("till_bound", by=by, now=now, till_id=till.id, fair_id=fair.id)
    return Bound(till.id, token)


@operation
def revoke_till(till_id: int, *, by: Person, now: datetime) -> Till:
    """Take a device out of use: it loads nothing any more; what it sold is still taken, as late.

    :raises NotFound: unless ``by`` sees to its fair.
    """
    till = lock_one(tills.visible_to(by).where(Till.id == till_id))
    if till.revoked_at is None:
        till.revoked_at, till.revoked_by_id = now, by.id
        audit.record("till_revoked", by=by, now=now, till_id=till.id)
    return till


def _open_day(fair: Fair, day_id: int) -> FairDay:
    if fair.state is FairState.CANCELLED:
        raise FairIsCancelled(fair=fair.name)
    if fair.state is FairState.CLOSED:
        raise FairIsClosed(fair=fair.name)
    day = db.session.scalar(tills.open_day(day_id).where(FairDay.fair_id == fair.id))
    if day is None:
        raise NotThisDay(fair=fair.name)
    return day
