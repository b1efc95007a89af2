"""Which days are to be worked out for a fund, and what happened on them; nothing here writes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.payments import sold
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine

SALE, BACK = EntryKind.DIRECT_SALE, EntryKind.DIRECT_SALE_RETURNED
SETTLES = timedelta(hours=1)
"""So long after its end a day is over: what was begun before midnight is written down by then."""


class Day(NamedTuple):
    """A local day of a fund's Division, from an instant until before another."""

    day: date
    begins_at: datetime
    ends_at: datetime


class Moved(NamedTuple):
    """What one entry says was received by an enterprise itself, or given back, in centavos."""

    kind: EntryKind
    source_type: str
    source_id: int
    cents: int


def adopting() -> list[int]:
    """Return the ids of the funds of which a vote said that direct sales owe them a part."""
    asked = sa.select(FundRate.fund_id).where(FundRate.direct).distinct()
    return list(db.session.scalars(asked.order_by(FundRate.fund_id)))


def next_day(fund_id: int, now: datetime) -> Day | None:
    """Return the first day of a fund that is over and was not worked out; none if all were."""
    first = sa.select(sa.func.min(FundRate.valid_from)).where(
        FundRate.fund_id == fund_id, FundRate.direct
    )
    begins = sa.select(sa.func.coalesce(Fund.counted_to, first.scalar_subquery()))
    at = db.session.scalars(begins.where(Fund.id == fund_id)).one()
    zone = zone_of(fund_id)
    day = clock.today(zone, at)
    ends = clock.day_bounds(day, zone)[1]
    return Day(day, at, ends) if ends + SETTLES <= now else None


def zone_of(fund_id: int) -> str:
    """Return by which clocks the days of a fund's Division go."""
    theirs = sa.select(Division).join(Fund, Fund.division_id == Division.id)
    return db.session.scalars(theirs.where(Fund.id == fund_id)).one().time_zone


def groups_of(fund_id: int, day: Day) -> list[int]:
    """Return the ids of the enterprises to which something was paid straight on a day, or back."""
    asked = (
        _received(LedgerAccount.enterprise_id)
        .join(Enterprise, Enterprise.id == LedgerAccount.enterprise_id)
        .join(Fund, Fund.division_id == Enterprise.division_id)
        .where(Fund.id == fund_id, *_within(day))
    )
    return list(db.session.scalars(asked.distinct().order_by(LedgerAccount.enterprise_id)))


def moved_on(day: Day, enterprise_id: int) -> list[Moved]:
    """Return what an enterprise received itself, or gave back, on a day."""
    facts = (LedgerEntry.kind, LedgerEntry.source_type, LedgerEntry.source_id)
    asked = _received(*facts, LedgerLine.amount_cents)
    mine = asked.where(LedgerAccount.enterprise_id == enterprise_id, *_within(day))
    return [Moved._make(row) for row in db.session.execute(mine)]


def days_sold(returned: Collection[Moved], zone: str) -> list[date | None]:
    """Return for each return the local day of whose books its own sale is; none if unknown."""
    about: dict[tuple[str, int], Collection[int]] = {}
    for named in {one.source_type for one in returned}:
        ids = [one.source_id for one in returned if one.source_type == named]
        about |= {(named, key): paid for key, paid in sold.paid_by(named, ids).items()}
    at = _sold_at({payment_id for paid in about.values() for payment_id in paid})
    days = []
    for one in returned:
        known = [at[each] for each in about.get((one.source_type, one.source_id), ()) if each in at]
        days.append(clock.today(zone, min(known)) if known else None)
    return days


def dues_on(enterprise_id: int, days: Collection[date]) -> Sequence[FundDue]:
    """Return what was worked out of an enterprise for these days, the oldest first."""
    mine = sa.select(FundDue).where(FundDue.enterprise_id == enterprise_id, FundDue.day.in_(days))
    again = mine.order_by(FundDue.day).execution_options(populate_existing=True)
    return db.session.scalars(again).all()


def rate_on(fund_id: int, day: Day) -> int:
    """Return which part of direct sales is due on a day, in hundredths of a percent; 0 for none."""
    newest = (FundRate.valid_from.desc(), FundRate.id.desc())
    asked = sa.select(sa.case((FundRate.direct, FundRate.rate), else_=0)).where(
        FundRate.fund_id == fund_id, FundRate.valid_from <= day.begins_at
    )
    return int(db.session.scalar(asked.order_by(*newest).limit(1)) or 0)


def _received(*what: Any) -> sa.Select[Any]:
    """Select from what the books say that enterprises received themselves."""
    return (
        sa.select(*what)
        .select_from(LedgerEntry)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code.startswith("direct_received:"))
        .where(LedgerEntry.kind.in_((SALE, BACK)))
    )


def _within(day: Day) -> tuple[sa.ColumnElement[bool], ...]:
    return LedgerEntry.posted_at >= day.begins_at, LedgerEntry.posted_at < day.ends_at


def _sold_at(payment_ids: Collection[int]) -> dict[int, datetime]:
    """Return when the books heard of each sale, by its payment."""
    about = (LedgerEntry.source_type == "payment", LedgerEntry.source_id.in_(payment_ids))
    asked = sa.select(LedgerEntry.source_id, LedgerEntry.posted_at)
    found = db.session.execute(asked.where(LedgerEntry.kind == SALE, *about))
    return {row.source_id: row.posted_at for row in found}
