"""Questions asked of what enterprises owe; nothing here writes."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.debts import Debt
from marketplace.payments.queries import payouts


def seen_by(person: Person) -> sa.Select[Debt]:
    """Select the debts of the Divisions whose payouts this person may see."""
    divisions = payouts.divisions_seen_by(person).with_only_columns(Division.id)
    theirs = sa.select(Enterprise.id).where(Enterprise.division_id.in_(divisions))
    return sa.select(Debt).where(Debt.enterprise_id.in_(theirs))


def listed(person: Person) -> sa.Select[Debt]:
    """Select those with what their pages show: first what is open, then the newest."""
    is_open = Debt.closed_at.is_(None)
    whole = joinedload(Debt.enterprise), selectinload(Debt.waivers)
    return seen_by(person).options(*whole).order_by(is_open.desc(), Debt.id.desc())


def open_of(enterprise_id: int) -> Sequence[Debt]:
    """Return what an enterprise still owes, the oldest first: in that order it is paid."""
    mine = (Debt.enterprise_id == enterprise_id, Debt.closed_at.is_(None))
    return db.session.scalars(sa.select(Debt).where(*mine).order_by(Debt.id)).all()


def left_cents(person: Person) -> int:
    """Return how much all of them come to that is left, in centavos."""
    summed = seen_by(person).with_only_columns(sa.func.coalesce(sa.func.sum(Debt.left_cents), 0))
    return int(db.session.scalar(summed) or 0)
