"""Spending what is in a solidarity fund: one person asks with the vote, another sees it paid."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.payments import bank_words, postings
from marketplace.payments.errors import (
    AmountWrong,
    AnotherConfirmsUse,
    AnotherTakesUseBack,
    FundTooSmall,
    MinuteMissing,
    UseMoved,
)
from marketplace.payments.models.funds import Fund, FundSpending, SpendingState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.operations import arrivals, ledger
from marketplace.payments.queries import ledger as ledger_queries
from marketplace.payments.queries import spendings

SOURCE = "fund_spending"
LONGEST = 300


@dataclass(frozen=True)
class Wanted:
    """What is to be paid out of a fund, in centavos, for what, and by which vote."""

    amount_cents: int
    purpose: str
    minute: str
    file: str


@operation
def ask_spending(division_id: int, wanted: Wanted, *, by: Person, now: datetime) -> int:
    """Ask that a vote be paid out of a Division's fund, and return the id of that; nothing moves.

    :raises NotFound: unless the person sees to that fund, and there is one.
    :raises AmountWrong: for nothing. :raises FundTooSmall: for more than is in it.
    :raises MinuteMissing: without what it is for, the vote, or the paper that proves it.
    """
    fund = find_one(spendings.paid_by(by).where(Fund.division_id == division_id))
    purpose, minute = clean(wanted.purpose)[:LONGEST], clean(wanted.minute)[:LONGEST]
    if not (purpose and minute and wanted.file):
        raise MinuteMissing
    if wanted.amount_cents <= 0:
        raise AmountWrong
    if wanted.amount_cents > spendings.free_cents(fund.id):
        raise FundTooSmall
    spending = FundSpending(
        fund_id=fund.id,
        amount_cents=wanted.amount_cents,
        purpose=purpose,
        minute=minute,
        file=wanted.file,
        asked_at=now,
        asked_by_id=by.id,
    )
    db.session.add(spending)
    db.session.flush()
    _audit("fund_spending_asked", spending, by, now)
    return spending.id


@operation
def confirm_spending(spending_id: int, *, proof: str, by: Person, now: datetime) -> None:
    """Enter that the bank paid it (P26), and what the bank calls that.

    :raises UseMoved: unless it waits. :raises AnotherConfirmsUse: to who asked.
    :raises FundTooSmall: if the fund has less by now. :raises WordsMissing: without proof.
    """
    spending = _locked(spending_id, by)
    if spending.state is not SpendingState.ASKED:
        raise UseMoved
    if spending.asked_by_id == by.id:
        raise AnotherConfirmsUse
    spending.proof = bank_words.required(proof)
    if ledger.lock_held((), [spending.fund_id]).funds[spending.fund_id] < spending.amount_cents:
        raise FundTooSmall
    spending.state, spending.confirmed_at = SpendingState.CONFIRMED, now
    spending.confirmed_by_id = by.id
    spent = postings.fund_spent(spending.fund_id, spending.amount_cents)
    ledger.post(spent, (SOURCE, spending.id), by=by, now=now)
    _audit("fund_spending_confirmed", spending, by, now)


@operation
def drop_spending(spending_id: int, *, by: Person, now: datetime) -> None:
    """Let go what nobody paid: who asked may, and another.

    :raises UseMoved: unless it waits.
    """
    spending = _locked(spending_id, by)
    if spending.state is not SpendingState.ASKED:
        raise UseMoved
    _end(spending, SpendingState.DROPPED, by, now)


@operation
def return_spending(spending_id: int, *, reason: str, by: Person, now: datetime) -> None:
    """Note that it came back, or never was paid: P26 is reversed, and pays first what is owed.

    :raises UseMoved: unless it was confirmed. :raises AnotherTakesUseBack: to who confirmed it.
    :raises WordsMissing: without a reason.
    """
    spending = _locked(spending_id, by)
    if spending.state is not SpendingState.CONFIRMED:
        raise UseMoved
    if spending.confirmed_by_id == by.id:
        raise AnotherTakesUseBack
    spending.reason = bank_words.required(reason)
    entry = ledger_queries.entry_of(EntryKind.FUND_SPENT, SOURCE, spending.id)
    ledger.reverse(entry or 0, by=by, now=now)
    arrivals.pay_fund_debts([spending.fund_id], (SOURCE, spending.id), by=by, now=now)
    _end(spending, SpendingState.RETURNED, by, now)


def _locked(spending_id: int, by: Person) -> FundSpending:
    mine = spendings.paid_by(by).with_only_columns(Fund.id)
    waits = sa.select(FundSpending).where(FundSpending.id == spending_id)
    return lock_one(waits.where(FundSpending.fund_id.in_(mine)))


def _end(spending: FundSpending, state: SpendingState, by: Person, now: datetime) -> None:
    spending.state, spending.ended_at, spending.ended_by_id = state, now, by.id
    _audit(f"fund_spending_{state}", spending, by, now)


def _audit(what: str, spending: FundSpending, by: Person, now: datetime) -> None:
    facts = {"fund_spending_id": spending.id, "amount_cents": spending.amount_cents}
    audit.record(what, by=by, now=now, **facts)
