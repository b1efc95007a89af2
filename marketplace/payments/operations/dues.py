"""What is due to a solidarity fund of direct sales: worked out day by day, when a day is over."""

from collections import Counter
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.money import at_rate
from marketplace.core.rights import Person
from marketplace.payments.due_postings import fund_due, fund_due_lowered
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.funds import Fund
from marketplace.payments.operations import ledger
from marketplace.payments.queries import dues
from marketplace.payments.queries.dues import BACK, SALE, Day, Moved

DUE = "fund_due"  # what an entry is about that a day of an enterprise let be due


def enter_days(fund_id: int, *, by: Person, now: datetime) -> int:
    """Work out each day of a fund that is over, and return how many; a group is a transaction."""
    done = 0
    while day := dues.next_day(fund_id, now):
        for enterprise_id in dues.groups_of(fund_id, day):
            enter_day(fund_id, enterprise_id, day, by=by, now=now)
        end_day(fund_id, day)
        done += 1
    return done


@operation
def enter_day(
    fund_id: int, enterprise_id: int, day: Day, *, by: Person, now: datetime
) -> int | None:
    """Enter what an enterprise owes a fund of a day (P25), and return the id of that row, if any.

    What was taken back of days before lowers what is owed by what those sales had added, and never
    below nothing: what was deposited is the fund's. A second time changes nothing.
    """
    lock_one(sa.select(Fund).where(Fund.id == fund_id))
    moved = dues.moved_on(day, enterprise_id)
    if not moved or dues.dues_on(enterprise_id, [day.day]):
        return None
    sold, earlier, unknown = _sums(moved, day, dues.zone_of(fund_id))
    rate, owing = dues.rate_on(fund_id, day), dues.dues_on(enterprise_id, list(earlier))
    if not rate and not owing:
        return None
    less = sum(_take_off(each, earlier[each.day]) for each in owing)
    row = FundDue(
        fund_id=fund_id,
        enterprise_id=enterprise_id,
        **day._asdict(),
        sold_cents=sold,
        back_cents=earlier.total() + unknown,
        left_cents=sold,
        rate=rate,
        part_cents=part_of(sold, rate),
        entered_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _post(row, less, by, now)
    return row.id


@operation
def end_day(fund_id: int, day: Day) -> None:
    """Note that a day of a fund was worked out for all; the next one follows."""
    fund = lock_one(sa.select(Fund).where(Fund.id == fund_id))
    fund.counted_to = max(fund.counted_to or day.ends_at, day.ends_at)


def part_of(cents: int, rate: int) -> int:
    """Return the part of an amount at a rate in hundredths of a percent, half a centavo up."""
    return at_rate(max(0, cents), rate)


def _sums(moved: list[Moved], day: Day, zone: str) -> tuple[int, Counter[date], int]:
    """Return what was sold on a day and kept, and what came back by the day it had been sold.

    The last is what came back of a sale of which the books know no day.
    """
    sold = sum(one.cents for one in moved if one.kind is SALE)
    returned = [one for one in moved if one.kind is BACK]
    back: Counter[date] = Counter()
    unknown = 0
    for one, sold_on in zip(returned, dues.days_sold(returned, zone), strict=True):
        if sold_on is None:
            unknown -= one.cents
        else:
            back[sold_on] -= one.cents
    return sold - back.pop(day.day, 0), back, unknown


def _take_off(due: FundDue, cents: int) -> int:
    """Take what came back off what a day had sold, and return by how much less is due of it."""
    before = part_of(due.left_cents, due.rate)
    due.left_cents -= cents
    return before - part_of(due.left_cents, due.rate)


def _post(row: FundDue, less: int, by: Person, now: datetime) -> None:
    """Enter a row's part, then what is due no more of days before."""
    owed = ledger.lock_owed(row.enterprise_id, row.fund_id) + row.part_cents
    row.lowered_cents = min(less, owed)
    whose = (row.enterprise_id, row.fund_id)
    for told, cents in ((fund_due, row.part_cents), (fund_due_lowered, row.lowered_cents)):
        if cents:
            ledger.post(told(*whose, cents), (DUE, row.id), by=by, now=now)
    facts = {"fund_due_id": row.id, "enterprise_id": row.enterprise_id}
    audit.record("fund_due_entered", by=by, now=now, **facts)
