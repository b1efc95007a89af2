"""When an enterprise gets the money that the house holds for it; nothing here writes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.payments import settings
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.models.online import AttemptPart
from marketplace.payments.models.payments import Payment
from marketplace.payments.models.reconciling import Identification
from marketplace.payments.queries import connect, payouts, releasing
from marketplace.payments.queries.payouts import Why


@dataclass(frozen=True)
class Coming:
    """What arrives by a day, the next of the weekly payouts, and what later; in centavos.

    ``why`` it does not arrive by then, if something stands in its way.
    """

    on: date
    soon_cents: int
    later_cents: int
    debt_cents: int
    why: Why | None


def coming(enterprise: Enterprise, now: datetime) -> Coming:
    """Return what an enterprise gets, and by when; six questions at most."""
    zone = enterprise.division.time_zone
    on = next_day(clock.today(zone, now))
    until = clock.day_bounds(on, zone)[0]
    there = _balances(enterprise.id)
    freed = _freed_by(enterprise.id, max(now, until))
    ready, debt = there["payable"] + freed, there["debt"]
    why = _hindrance(enterprise, ready, max(now, until)) if ready else None
    soon = ready - payouts.offset_cents(ready, debt) + there["payout_flight"]
    return Coming(on, soon, there["pending"] - freed, debt, why)


def next_day(today: date) -> date:
    """Return the next day of the weekly payouts, today included."""
    return today + timedelta(days=(settings.payout_weekday() - today.weekday()) % 7)


def _hindrance(enterprise: Enterprise, cents: int, at: datetime) -> Why | None:
    return payouts.hindrance(enterprise, cents, connect.ways([enterprise.id], at), at)


def _balances(enterprise_id: int) -> dict[str, int]:
    asked = sa.select(LedgerAccount.code, LedgerAccount.balance_cents).where(
        LedgerAccount.enterprise_id == enterprise_id
    )
    found = {code.partition(":")[0]: abs(cents) for code, cents in db.session.execute(asked)}
    return {base: found.get(base, 0) for base in ("payable", "payout_flight", "pending", "debt")}


def _freed_by(enterprise_id: int, at: datetime) -> int:
    """Return what of the shares that wait will be released by an instant."""
    due = releasing.due(at).where(Payment.enterprise_id == enterprise_id)
    parts = sa.select(sa.func.sum(releasing.NET_LEFT)).where(
        AttemptPart.payment_id.in_(due.with_only_columns(Payment.id)), AttemptPart.settles
    )
    found = releasing.identified(at).where(Identification.enterprise_id == enterprise_id)
    words = found.with_only_columns(sa.func.sum(Identification.amount_cents))
    return int(db.session.scalar(parts) or 0) + int(db.session.scalar(words) or 0)
