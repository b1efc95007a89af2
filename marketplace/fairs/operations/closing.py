"""The end of reservations: whatever the clock says, none is taken; then each group gets its list.

Nothing here decides when reservations end: ordering compares the clock with the announced minute.
A job that comes late finds them over, and sends what is to be sent once.
"""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit, failpoints
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs import list_news
from marketplace.fairs.models.fairs import Exhibitor, Fair
from marketplace.fairs.models.lists import ClosingList
from marketplace.fairs.queries import calendar
from marketplace.fairs.queries import closing as queries
from marketplace.orders.operations import collections


@operation
def close_reservations(fair_id: int, *, by: Person, now: datetime) -> int:
    """Give each enterprise of a fair that is closed its one list; return how many were made.

    Orders on their way are waited for, and none comes after. Done again, it changes nothing.
    """
    over = queries.due(now).where(Fair.id == fair_id).with_only_columns(Fair)
    fair = db.session.scalar(over.with_for_update())
    if fair is None:
        return 0
    collections.stop_orders(queries.collection_ids(fair_id), by=by, now=now)
    failpoints.point("fairs.close.stopped")
    goods, told = queries.pieces(fair_id), queries.reserved(fair_id)
    sellers = [shown.enterprise_id for shown in _without_list(fair_id)]
    made = [_made(fair, one, told.get(one, queries.Reserved()), now) for one in sellers]
    for one in made:
        list_news.tell_list(one, goods.get(one.enterprise_id, []), now=now)
    audit.record("reservations_closed", by=by, now=now, fair_id=fair_id, lists=len(made))
    return len(made)


@operation
def note_passed_on(fair_id: int, enterprise_id: int, *, by: Person, now: datetime) -> ClosingList:
    """Note that a person passed an enterprise's list on: by WhatsApp, or printed.

    :raises NotFound: if there is none, or the fair is not among those ``by`` may see.
    """
    find_one(calendar.visible_to(by).where(Fair.id == fair_id))
    one = lock_one(queries.list_of(fair_id, enterprise_id))
    one.passed_on_at, one.passed_on_by_id = now, by.id
    audit.record("list_passed_on", by=by, now=now, fair_id=fair_id, enterprise_id=enterprise_id)
    return one


def _without_list(fair_id: int) -> list[Exhibitor]:
    there = sa.select(ClosingList.enterprise_id).where(ClosingList.fair_id == fair_id)
    have = set(db.session.scalars(there))
    return [shown for shown in calendar.exhibitors(fair_id) if shown.enterprise_id not in have]


def _made(fair: Fair, enterprise_id: int, told: queries.Reserved, now: datetime) -> ClosingList:
    one = ClosingList(fair_id=fair.id, enterprise_id=enterprise_id, made_at=now, **told._asdict())
    db.session.add(one)
    db.session.flush()
    return one
