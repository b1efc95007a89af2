"""Publishing a month, and correcting what was published."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.opendata import queries
from marketplace.opendata.figures import difference, shown_in, told
from marketplace.opendata.models import PublishedMonth
from marketplace.opendata.protection import Shown, Sold, holds, protect


@operation
def publish_month(month: int, *, by: Person, now: datetime) -> int:
    """Publish what may be known of a month (202611) for good; return that word's id.

    Once it is published it stays as it is: again is the same.
    """
    first = sa.select(PublishedMonth.id).where(
        PublishedMonth.month == month, PublishedMonth.corrects_id.is_(None)
    )
    if known := db.session.scalar(first):
        return known
    sold = queries.sold_in(month, now)
    row = _published(month, sold, protect(sold), now=now)
    audit.record("month_published", by=by, now=now, month=month)
    return row.id


@operation
def correct_month(published_id: int, *, by: Person, now: datetime) -> int | None:
    """Publish a month again where more is recorded of it by now; return the new word's id.

    Nothing is published where nothing changed, where this word was corrected already, or where the
    difference between both words would tell of one enterprise: then it waits for more.
    """
    before = db.session.get_one(PublishedMonth, published_id)
    later = sa.select(PublishedMonth.id).where(PublishedMonth.corrects_id == published_id)
    if db.session.scalar(later):
        return None
    then, sold = queries.sold_in(before.month, before.as_of), queries.sold_in(before.month, now)
    changed, shown = difference(then, sold), shown_in(before.figures)
    if not changed:
        return None
    if shown is None:
        shown = protect(sold)
        if shown is None:
            return None
    elif not (holds(sold, shown) and holds(changed, shown)):
        return None
    row = _published(before.month, sold, shown, corrects_id=before.id, now=now)
    audit.record("month_corrected", by=by, now=now, month=before.month)
    return row.id


def _published(
    month: int,
    sold: Sequence[Sold],
    shown: Shown | None,
    *,
    now: datetime,
    corrects_id: int | None = None,
) -> PublishedMonth:
    row = PublishedMonth(
        month=month,
        as_of=now,
        published_at=now,
        corrects_id=corrects_id,
        figures=told(sold, shown),
        is_demo=queries.has_invented(month),
    )
    db.session.add(row)
    db.session.flush()
    return row
