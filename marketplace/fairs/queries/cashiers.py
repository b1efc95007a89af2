"""Questions asked of who sells on a till; nothing here writes."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.fairs.models.cashiers import TillCashier
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries import tills


def of_till(till_id: int) -> list[TillCashier]:
    """Return who else sells on a till now, in the order in which they were added."""
    query = sa.select(TillCashier).where(
        TillCashier.till_id == till_id, TillCashier.ended_at.is_(None)
    )
    shown = query.order_by(TillCashier.id).options(joinedload(TillCashier.user))
    return list(db.session.scalars(shown))


def of_person(till_id: int, user_id: int) -> sa.Select[TillCashier]:
    """Select somebody's row at a till, ended or not."""
    return sa.select(TillCashier).where(
        TillCashier.till_id == till_id, TillCashier.user_id == user_id
    )


def sells_on(till: Till, user_id: int) -> bool:
    """Whether somebody sells on a till, or did: what is told may be of before."""
    mine = of_person(till.id, user_id)
    return user_id == till.user_id or db.session.scalar(mine) is not None


def may_sell_on(till: Till) -> list[tuple[int, str]]:
    """Return who may be added, by id and name: whoever may sell where the till is bound."""
    there = tills.cashiers(till.fair)
    return [(one.user_id, one.name) for one in there if one.enterprise_id == till.enterprise_id]
