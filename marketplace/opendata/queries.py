"""What the open accounts are made of; nothing here writes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Division
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.queries import cards
from marketplace.core.clock import month_after, today
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise, Member, Standing
from marketplace.opendata.models import PublishedMonth
from marketplace.opendata.protection import Sold
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.queries.rollups import PUBLISHED, month_of
from marketplace.reports.periods import date_of

DAYS_LEFT = 10
"""Days after a month in which papers and late tills still arrive before it is published."""
_PARTS = (
    SaleFact.makers_cents,
    SaleFact.materials_cents,
    SaleFact.packing_cents,
    SaleFact.fund_cents,
    SaleFact.fees_cents,
)
_WAYS = (
    SaleFact.enterprise_id,
    SaleFact.segment,
    SaleFact.zone,
    SaleFact.channel,
    SaleFact.composed,
)


class People(NamedTuple):
    """Who sells: enterprises with something on sale, and the people in them."""

    enterprises: int
    people: int


def sold_in(month: int, as_of: datetime) -> list[Sold]:
    """Return what each enterprise sold in a month, as recorded by an instant: sales and orders."""
    amounts = (SaleFact.gross_cents, *_PARTS)
    sums = (sa.cast(sa.func.sum(amount), sa.BigInteger) for amount in amounts)
    query = sa.select(*_WAYS, *sums).where(
        SaleFact.kind.in_(PUBLISHED),
        _within(month),
        SaleFact.recorded_at <= as_of,
    )
    query = query.group_by(*_WAYS).order_by(*_WAYS)
    return [
        Sold(
            enterprise,
            str(segment.value),
            zone,
            str(channel.value),
            int(gross),
            tuple(int(part) for part in parts) if composed else None,
        )
        for enterprise, segment, zone, channel, composed, gross, *parts in db.session.execute(query)
        if gross
    ]


def has_invented(month: int) -> bool:
    """Return whether a month counts sales of the demonstration."""
    invented = sa.select(SaleFact.id).where(SaleFact.is_demo, _within(month))
    return db.session.scalar(invented.limit(1)) is not None


def day_of(instant: datetime) -> date:
    """Return the day of an instant where the first Division is: what is open tells of all."""
    first = db.session.scalar(sa.select(Division).order_by(Division.id).limit(1))
    return today(first.time_zone if first else "UTC", instant)


def due(now: datetime) -> list[int]:
    """Return the months that are over long enough and not published, oldest first."""
    before = (day_of(now) - timedelta(days=DAYS_LEFT)).replace(day=1)
    known = sa.select(PublishedMonth.month)
    month = month_of(SaleFact.occurred_on)
    query = sa.select(month).where(
        SaleFact.kind.in_(PUBLISHED),
        SaleFact.occurred_on < before,
        month.not_in(known),
    )
    return [int(each) for each in db.session.scalars(query.distinct().order_by(month))]


def months() -> Sequence[PublishedMonth]:
    """Return what holds of each published month, oldest first."""
    return db.session.scalars(_holding()).all()


def outdated() -> Sequence[PublishedMonth]:
    """Return of ``months`` those of which something was recorded since, oldest first."""
    month = month_of(SaleFact.occurred_on).label("month")
    last = sa.select(month, sa.func.max(SaleFact.recorded_at).label("at"))
    known = last.where(SaleFact.kind.in_(PUBLISHED)).group_by(month).subquery()
    query = _holding().join(known, known.c.month == PublishedMonth.month)
    return db.session.scalars(query.where(known.c.at > PublishedMonth.as_of)).all()


def words() -> Sequence[PublishedMonth]:
    """Return all that was ever published, in its order."""
    return db.session.scalars(sa.select(PublishedMonth).order_by(PublishedMonth.id)).all()


def publisher() -> str:
    """Return the name of the Division that answers for what is published."""
    first = sa.select(Division.name).order_by(Division.id).limit(1)
    return db.session.scalar(first) or ""


def corrections() -> Sequence[tuple[PublishedMonth, PublishedMonth]]:
    """Return what was corrected, as (after, before), the last first."""
    before = aliased(PublishedMonth)
    query = sa.select(PublishedMonth, before).join(before, before.id == PublishedMonth.corrects_id)
    found = db.session.execute(query.order_by(PublishedMonth.id.desc())).all()
    return [(after, earlier) for after, earlier in found]


def zone_names() -> dict[str, str]:
    """Return what zones were called last, by slug."""
    newest = sa.select(sa.func.max(SaleFact.id)).group_by(SaleFact.zone)
    query = sa.select(SaleFact.zone, SaleFact.zone_name).where(SaleFact.id.in_(newest))
    return {row.zone: row.zone_name for row in db.session.execute(query)}


def people_selling(day: date) -> People:
    """Return who sells on a day: what the pages of the makers show already, added up."""
    selling = sa.select(Product.enterprise_id).where(*cards.on_sale())
    approved = Enterprise.standing == Standing.APPROVED
    ids = sa.select(Enterprise.id).where(approved, Enterprise.id.in_(selling))
    members = sa.select(sa.func.count(Member.id)).where(
        Member.enterprise_id.in_(ids),
        Member.joined_on <= day,
        sa.or_(Member.left_on.is_(None), Member.left_on > day),
    )
    counted = sa.select(sa.func.count()).select_from(ids.subquery())
    both = sa.select(counted.scalar_subquery(), members.scalar_subquery())
    return People(*db.session.execute(both, {"day": day}).one())


def _holding() -> sa.Select[PublishedMonth]:
    later = aliased(PublishedMonth)
    corrected = sa.exists().where(later.corrects_id == PublishedMonth.id)
    return sa.select(PublishedMonth).where(~corrected).order_by(PublishedMonth.month)


def _within(month: int) -> sa.ColumnElement[bool]:
    first = date_of(month)
    return SaleFact.occurred_on.between(first, month_after(first, 1) - timedelta(days=1))
