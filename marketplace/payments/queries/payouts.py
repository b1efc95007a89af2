"""Who may be paid out how much, and which batches there are; nothing here writes."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Division, Role
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.enterprises.pix_keys import Pix
from marketplace.payments import settings
from marketplace.payments.models.connect import ConnectedAccount
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.models.payouts import Payout, PayoutBatch
from marketplace.payments.queries import connect
from marketplace.payments.queries.connect import Ways

WEEK = timedelta(days=7)
SEES = {Role.FINANCE, Role.HEAD}


class Why(enum.StrEnum):
    """Why an enterprise is not in a batch."""

    SMALL = "small"  # less than the least amount
    NO_KEY = "no_key"
    KEY_WAITS = "key_waits"  # another was asked for, and does not count yet
    UNDER_WAY = "under_way"  # a transfer to it is not sent yet
    OWN = "own"  # who prepares belongs to it


@dataclass(frozen=True)
class Candidate:
    """An enterprise that has something payable, in centavos; ``why`` it is left out, if it is.

    It goes to an ``account`` at the provider where that may be paid, else by hand to the Pix key.
    """

    enterprise: Enterprise
    payable_cents: int
    debt_cents: int
    offset_cents: int
    pix: Pix
    why: Why | None
    account: ConnectedAccount | None = None

    @property
    def amount_cents(self) -> int:
        return self.payable_cents - self.offset_cents


def divisions_seen_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions whose payouts this person may see."""
    if "house" in person.roles:
        return sa.select(Division)
    ids = frozenset() if person.roles.isdisjoint(SEES) else person.divisions
    return sa.select(Division).where(Division.id.in_(ids))


def batches_seen_by(person: Person) -> sa.Select[PayoutBatch]:
    """Select the batches of those Divisions, the newest first."""
    ids = divisions_seen_by(person).with_only_columns(Division.id)
    seen = sa.select(PayoutBatch).where(PayoutBatch.division_id.in_(ids))
    return seen.order_by(PayoutBatch.id.desc())


def whole(batches: sa.Select[PayoutBatch]) -> sa.Select[PayoutBatch]:
    """Load with each batch all that its page shows."""
    payouts = selectinload(PayoutBatch.payouts).joinedload(Payout.enterprise)
    people = joinedload(PayoutBatch.prepared_by), joinedload(PayoutBatch.approved_by)
    return batches.options(payouts, joinedload(PayoutBatch.division), *people)


def payouts_seen_by(person: Person) -> sa.Select[Payout]:
    ids = batches_seen_by(person).with_only_columns(PayoutBatch.id).order_by(None)
    return sa.select(Payout).where(Payout.batch_id.in_(ids))


def candidates(division: Division, person: Person, now: datetime) -> list[Candidate]:
    """Return the enterprises of a Division that have something payable, by name."""
    payable, debt = _balances("payable"), _balances("debt")
    owed = sa.func.coalesce(debt.c.balance_cents, 0)
    found = (
        sa.select(Enterprise, -payable.c.balance_cents, owed)
        .join(payable, payable.c.enterprise_id == Enterprise.id)
        .outerjoin(debt, debt.c.enterprise_id == Enterprise.id)
        .where(Enterprise.division_id == division.id, payable.c.balance_cents < 0)
        .order_by(Enterprise.folded, Enterprise.id)
    )
    own = set(db.session.scalars(enterprises.belonged_to(person)))
    listed = db.session.execute(found).all()
    ways = connect.ways([enterprise.id for enterprise, *_sums in listed], now)
    return [
        _candidate(enterprise, (int(cents), int(owes)), enterprise.id in own, ways, now)
        for enterprise, cents, owes in listed
    ]


def least_cents(division: Division, now: datetime) -> int:
    """Return from how many centavos on an enterprise is paid out; all of it at the year's end."""
    day = today(division.time_zone, now)
    return settings.least_payout_cents() if (day + WEEK).year == day.year else 1


def hindrance(enterprise: Enterprise, cents: int, ways: Ways, now: datetime) -> Why | None:
    """Return why so many centavos are not paid out to an enterprise; none if they are."""
    if enterprise.id in ways.under_way:
        return Why.UNDER_WAY
    if cents < least_cents(enterprise.division, now):
        return Why.SMALL
    if enterprise.id in ways.accounts:
        return None
    if enterprise.pix_waits(now):
        return Why.KEY_WAITS
    return None if enterprise.pix_at(now).key else Why.NO_KEY


def offset_cents(cents: int, debt_cents: int) -> int:
    """Return how much of a payout pays a debt: a part of it at most."""
    return min(debt_cents, cents * settings.debt_percent() // 100)


def _candidate(
    enterprise: Enterprise, sums: tuple[int, int], own: bool, ways: Ways, now: datetime
) -> Candidate:
    why = Why.OWN if own else hindrance(enterprise, sums[0], ways, now)
    account, offset = ways.accounts.get(enterprise.id), offset_cents(*sums)
    pix = Pix() if account else enterprise.pix_at(now)
    return Candidate(enterprise, *sums, offset, pix, why, account)


def _balances(base: str) -> sa.Subquery:
    named = LedgerAccount.code.startswith(f"{base}:")
    asked = sa.select(LedgerAccount.enterprise_id, LedgerAccount.balance_cents).where(named)
    return asked.subquery()
