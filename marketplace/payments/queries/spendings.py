"""What is paid out of solidarity funds, and what is free for that; nothing here writes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.payments.chart import AccountName
from marketplace.payments.models.debts import Debt, DebtWaiver, WaiverState
from marketplace.payments.models.funds import Fund, FundSpending, SpendingState
from marketplace.payments.queries import funds
from marketplace.payments.queries.ledger import balance

PAID = (SpendingState.CONFIRMED, SpendingState.RETURNED)
"""What the bank paid: anybody reads it, with what came back."""
PAYS = frozenset({"finance"})


def paid_by(person: Person) -> sa.Select[Fund]:
    """Select the funds out of which this person may pay."""
    if "house" in person.roles:
        return sa.select(Fund)
    mine = frozenset() if person.roles.isdisjoint(PAYS) else person.divisions
    return sa.select(Fund).where(Fund.division_id.in_(mine))


def listed(person: Person) -> sa.Select[FundSpending]:
    """Select what was asked of the funds that a person may look at, the newest first."""
    seen = funds.divisions_seen_by(person).with_only_columns(Division.id)
    people = (joinedload(FundSpending.asked_by), joinedload(FundSpending.confirmed_by))
    whole: Any = joinedload(FundSpending.fund).joinedload(Fund.division)
    mine = sa.select(FundSpending).join(Fund).where(Fund.division_id.in_(seen))
    return mine.options(whole, *people).order_by(FundSpending.id.desc())


def free_cents(fund_id: int) -> int:
    """Return what is in a fund and was not asked for already, in centavos."""
    waits = (FundSpending.fund_id == fund_id, FundSpending.state == SpendingState.ASKED)
    asked = sa.select(sa.func.coalesce(sa.func.sum(FundSpending.amount_cents), 0)).where(*waits)
    left = sa.select(sa.func.coalesce(sa.func.sum(Debt.left_cents), 0)).join(DebtWaiver)
    voted = left.where(DebtWaiver.fund_id == fund_id, DebtWaiver.state == WaiverState.ASKED)
    kept = sum(int(db.session.scalar(each) or 0) for each in (asked, voted))
    return -balance(AccountName("fund", fund_id)) - kept


def voted(person: Person) -> sa.Select[DebtWaiver]:
    """Select what was asked of funds that a person may look at, decided or not."""
    seen = funds.divisions_seen_by(person).with_only_columns(Division.id)
    mine = sa.select(DebtWaiver).join(Fund, Fund.id == DebtWaiver.fund_id)
    return mine.where(Fund.division_id.in_(seen))


def debt_of(division_id: int) -> int:
    """Return what a Division's fund owes for what went back after it was spent, in centavos."""
    fund_id = db.session.scalar(sa.select(Fund.id).where(Fund.division_id == division_id))
    return balance(AccountName("fund_debt", fund_id)) if fund_id else 0


def last_borne(person: Person, most: int) -> Sequence[DebtWaiver]:
    """Return the debts that those funds bore by a vote, so many, the last first."""
    whole: Any = joinedload(DebtWaiver.fund).joinedload(Fund.division)
    granted = voted(person).where(DebtWaiver.state == WaiverState.GRANTED).options(whole)
    newest = (DebtWaiver.decided_at.desc(), DebtWaiver.id.desc())
    return db.session.scalars(granted.order_by(*newest).limit(most)).all()
