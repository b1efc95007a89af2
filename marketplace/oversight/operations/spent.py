"""Saying which published minutes decided what a solidarity fund pays."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.oversight.errors import SpendingNamed
from marketplace.oversight.models.minutes import Minutes, MinutesSpending
from marketplace.oversight.queries import minutes as known
from marketplace.oversight.queries import spent
from marketplace.payments.models.funds import FundSpending


@operation
def link(minutes_id: int, spending_id: int, *, by: Person, now: datetime) -> None:
    """Say that minutes decided what the fund of their Division pays; again changes nothing.

    :raises NotFound: unless ``by`` publishes for their Division, or for what they may not see.
    :raises SpendingNamed: if other minutes are said to have decided it.
    """
    minutes = lock_one(known.published_by(by).where(Minutes.id == minutes_id))
    find_one(spent.seen_by(by, minutes.division_id).where(FundSpending.id == spending_id))
    lock_one(sa.select(FundSpending).where(FundSpending.id == spending_id))
    if there := spent.link_of(spending_id):
        if there.minutes_id != minutes.id:
            raise SpendingNamed
        return
    facts = {"minutes_id": minutes.id, "spending_id": spending_id}
    db.session.add(MinutesSpending(**facts, linked_at=now, by_id=by.id))
    audit.record("minutes_linked_to_spending", by=by, now=now, **facts)


@operation
def unlink(minutes_id: int, spending_id: int, *, by: Person, now: datetime) -> None:
    """Take back that minutes decided what a fund pays; where nobody said so nothing happens.

    :raises NotFound: unless ``by`` publishes for their Division, or for what they may not see.
    """
    minutes = lock_one(known.published_by(by).where(Minutes.id == minutes_id))
    there = spent.link_of(spending_id)
    if there is None or there.minutes_id != minutes.id:
        find_one(spent.seen_by(by, minutes.division_id).where(FundSpending.id == spending_id))
        return
    db.session.delete(there)
    facts = {"minutes_id": minutes.id, "spending_id": spending_id}
    audit.record("minutes_unlinked_from_spending", by=by, now=now, **facts)
