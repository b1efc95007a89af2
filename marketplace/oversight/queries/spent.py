"""Which minutes decided what a fund paid; nothing here writes."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.oversight.models.minutes import Minutes, MinutesSpending
from marketplace.payments.models.funds import Fund, FundSpending, SpendingState
from marketplace.payments.published import Published, register
from marketplace.payments.queries import spendings

OFFERED = 100
_WHOLE = joinedload(FundSpending.fund).joinedload(Fund.division)
_NEWEST = FundSpending.id.desc()


def of_minutes(minutes_id: int) -> Sequence[FundSpending]:
    """Return what minutes are said to have decided, the last first."""
    mine = sa.select(MinutesSpending.spending_id).where(MinutesSpending.minutes_id == minutes_id)
    found = sa.select(FundSpending).where(FundSpending.id.in_(mine)).options(_WHOLE)
    return db.session.scalars(found.order_by(_NEWEST)).all()


def paid_by(minutes_id: int) -> list[FundSpending]:
    """Return what anybody reads of it: what the bank paid."""
    return [one for one in of_minutes(minutes_id) if one.state in spendings.PAID]


def seen_by(person: Person, division_id: int) -> sa.Select[FundSpending]:
    """Select what a Division's fund pays, as far as a person may see it: what was paid, all do."""
    theirs = spendings.listed(person).with_only_columns(FundSpending.id).order_by(None)
    seen = sa.or_(FundSpending.state.in_(spendings.PAID), FundSpending.id.in_(theirs))
    here = sa.select(FundSpending).join(Fund).where(Fund.division_id == division_id, seen)
    return here.where(FundSpending.state != SpendingState.DROPPED)


def open_to(person: Person, minutes: Minutes) -> Sequence[FundSpending]:
    """Return what no minutes are said to have decided yet, the last hundred."""
    named = sa.exists().where(MinutesSpending.spending_id == FundSpending.id)
    found = seen_by(person, minutes.division_id).where(~named).options(_WHOLE)
    return db.session.scalars(found.order_by(_NEWEST).limit(OFFERED)).all()


def link_of(spending_id: int) -> MinutesSpending | None:
    found = sa.select(MinutesSpending).where(MinutesSpending.spending_id == spending_id)
    return db.session.scalar(found)


def published_of(spending_ids: Collection[int]) -> dict[int, Published]:
    """Return the minutes by the id of what they are said to have decided."""
    told = sa.select(MinutesSpending.spending_id, Minutes.id, Minutes.number).join(
        Minutes, Minutes.id == MinutesSpending.minutes_id
    )
    found = db.session.execute(told.where(MinutesSpending.spending_id.in_(spending_ids)))
    return {spending_id: Published(number, name) for spending_id, number, name in found}


register(published_of)
