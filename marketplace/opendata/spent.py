"""What solidarity funds paid, item by item; what they got would tell what groups sold."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.payments.models.debts import DebtWaiver, WaiverState
from marketplace.payments.models.funds import Fund, FundRate, FundSpending, SpendingState
from marketplace.payments.queries.spendings import PAID

_PAID = FundSpending.state.in_(PAID)


def spendings() -> sa.Select[FundSpending]:
    """Select what the bank paid, the last first; what came back stays, and says so."""
    whole = joinedload(FundSpending.fund).joinedload(Fund.division)
    newest = (FundSpending.confirmed_at.desc(), FundSpending.id.desc())
    return sa.select(FundSpending).where(_PAID).options(whole).order_by(*newest)


def total_cents() -> int:
    """Return what was paid and did not come back, in centavos."""
    amount = sa.func.coalesce(sa.func.sum(FundSpending.amount_cents), 0)
    kept = sa.select(amount).where(FundSpending.state == SpendingState.CONFIRMED)
    return int(db.session.scalar(kept) or 0)


def borne_cents() -> int:
    """Return what of debts the funds bore by a vote, in centavos."""
    amount = sa.func.coalesce(sa.func.sum(DebtWaiver.amount_cents), 0)
    granted = (DebtWaiver.fund_id.is_not(None), DebtWaiver.state == WaiverState.GRANTED)
    return int(db.session.scalar(sa.select(amount).where(*granted)) or 0)


def rates(most: int) -> Sequence[FundRate]:
    """Return which part of each sale the funds get since when, the last decided first."""
    whole = joinedload(FundRate.fund).joinedload(Fund.division)
    newest = (FundRate.valid_from.desc(), FundRate.id.desc())
    return db.session.scalars(
        sa.select(FundRate).options(whole).order_by(*newest).limit(most)
    ).all()
