"""Saying what a solidarity fund gets of what is paid here, from a day on."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.payments.errors import RateWrong, TooSoon, WhyMissing
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.queries import funds

MOST_RATE = 2_000  # 20 %
REASON_LENGTH = 300


@operation
def set_rate(
    division_id: int,
    rate: int,
    *,
    direct: bool = False,
    first_day: date,
    reason: str,
    by: Person,
    now: datetime,
) -> int:
    """Let a Division's fund get a part of each share from a local day on; return that word's id.

    In hundredths of a percent, 0 for none; what was asked for before keeps its part. ``direct``
    lets what is paid straight to a group owe the same part.

    :raises RateWrong: outside 0 to 20 %. :raises TooSoon: for a day that has begun.
    :raises WhyMissing: without a reason.
    """
    division = lock_one(funds.divisions_set_by(by).where(Division.id == division_id))
    if not 0 <= rate <= MOST_RATE:
        raise RateWrong
    if first_day <= clock.today(division.time_zone, now):
        raise TooSoon
    if not (reason := clean(reason)[:REASON_LENGTH]):
        raise WhyMissing
    word = FundRate(
        fund_id=_fund_of(division.id).id,
        rate=rate,
        direct=direct,
        valid_from=clock.day_bounds(first_day, division.time_zone)[0],
        decided_at=now,
        decided_by_id=by.id,
        reason=reason,
    )
    db.session.add(word)
    db.session.flush()
    facts = {"fund_id": word.fund_id, "rate": rate, "direct": direct}
    audit.record("fund_rate_set", by=by, now=now, first_day=first_day.isoformat(), **facts)
    return word.id


def _fund_of(division_id: int) -> Fund:
    """Return the fund of a Division, which is locked; the first rate makes it."""
    fund = db.session.scalar(sa.select(Fund).where(Fund.division_id == division_id))
    if fund is None:
        fund = Fund(division_id=division_id)
        db.session.add(fund)
        db.session.flush()
    return fund
