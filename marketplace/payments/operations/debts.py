"""Forgiving what an enterprise owes: one person asks for it, another grants it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts
from marketplace.payments import postings
from marketplace.payments.errors import (
    AnotherGrants,
    DebtMoved,
    FundTooSmall,
    MinuteMissing,
    WhyMissing,
)
from marketplace.payments.models.debts import Debt, DebtWaiver, WaiverState
from marketplace.payments.models.funds import Fund
from marketplace.payments.operations import ledger
from marketplace.payments.operations.debt_records import WAIVER
from marketplace.payments.queries import debts, spendings

REASON_LENGTH = 300


@dataclass(frozen=True)
class Vote:
    """By which vote the Division's fund bears a debt, and the paper that proves it."""

    minute: str
    file: str


@operation
def ask_waiver(
    debt_id: int, *, reason: str, by: Person, now: datetime, vote: Vote | None = None
) -> int:
    """Ask that what is left of a debt be forgiven, and return the id of that; nothing moves.

    The house is to bear it; by a vote, the fund of the enterprise's Division.

    :raises NotFound: if that has no fund. :raises MinuteMissing: without the vote or its paper.
    :raises FundTooSmall: if there is less free in it.
    :raises DebtMoved: if nothing is left, or it was asked already. :raises WhyMissing: without one.
    :raises OwnEnterprise: to who belongs to the enterprise.
    """
    debt = _locked(debt_id, by)
    if debt.closed_at or debt.waiver_asked:
        raise DebtMoved
    if not (reason := clean(reason)[:REASON_LENGTH]):
        raise WhyMissing
    waiver = DebtWaiver(debt_id=debt.id, reason=reason, asked_at=now, asked_by_id=by.id)
    if vote:
        _let_fund_bear(waiver, debt, vote, by)
    db.session.add(waiver)
    db.session.flush()
    audit.record("debt_waiver_asked", by=by, now=now, debt_id=debt.id, waiver_id=waiver.id)
    return waiver.id


@operation
def grant_waiver(waiver_id: int, *, by: Person, now: datetime) -> None:
    """Forgive what is left of a debt by now (P27); the house bears it, or the fund that was voted.

    :raises DebtMoved: if it does not wait any more. :raises AnotherGrants: to who asked.
    :raises FundTooSmall: if the fund has less by now.
    :raises OwnEnterprise: to who belongs to the enterprise.
    """
    waiver = _waiting(waiver_id, by)
    if waiver.asked_by_id == by.id:
        raise AnotherGrants
    debt = waiver.debt
    funds = [waiver.fund_id] if waiver.fund_id else []
    held = ledger.lock_held(
        [debt.enterprise_id], funds
    )  # and its debt: no payout pays it meanwhile
    db.session.refresh(debt)
    if not debt.left_cents:
        raise DebtMoved
    if any(there < debt.left_cents for there in held.funds.values()):
        raise FundTooSmall
    waiver.amount_cents = debt.left_cents
    _decide(waiver, WaiverState.GRANTED, by=by, now=now)
    forgiven = postings.debt_forgiven(debt.enterprise_id, waiver.amount_cents, waiver.fund_id)
    ledger.post(forgiven, (WAIVER, waiver.id), by=by, now=now)


@operation
def drop_waiver(waiver_id: int, *, by: Person, now: datetime) -> None:
    """Let the debt stand: who asked may, and another.

    :raises DebtMoved: if it does not wait any more. :raises OwnEnterprise: as ``grant_waiver``.
    """
    _decide(_waiting(waiver_id, by), WaiverState.DROPPED, by=by, now=now)


def _locked(debt_id: int, by: Person) -> Debt:
    debt = lock_one(debts.seen_by(by).where(Debt.id == debt_id))
    conflicts.keep_out(by, debt.enterprise)
    return debt


def _let_fund_bear(waiver: DebtWaiver, debt: Debt, vote: Vote, by: Person) -> None:
    fund = lock_one(spendings.paid_by(by).where(Fund.division_id == debt.enterprise.division_id))
    if not ((minute := clean(vote.minute)[:REASON_LENGTH]) and vote.file):
        raise MinuteMissing
    if debt.left_cents > spendings.free_cents(fund.id):
        raise FundTooSmall
    waiver.fund_id, waiver.minute, waiver.file = fund.id, minute, vote.file


def _waiting(waiver_id: int, by: Person) -> DebtWaiver:
    seen = debts.seen_by(by).with_only_columns(Debt.id).order_by(None)
    mine = sa.select(DebtWaiver).where(DebtWaiver.id == waiver_id, DebtWaiver.debt_id.in_(seen))
    waiver = lock_one(mine)
    conflicts.keep_out(by, waiver.debt.enterprise)
    if waiver.state is not WaiverState.ASKED:
        raise DebtMoved
    return waiver


def _decide(waiver: DebtWaiver, state: WaiverState, *, by: Person, now: datetime) -> None:
    waiver.state, waiver.decided_at, waiver.decided_by_id = state, now, by.id
    audit.record(f"debt_waiver_{state}", by=by, now=now, waiver_id=waiver.id)
    db.session.flush()
