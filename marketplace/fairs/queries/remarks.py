"""Questions about what visitors said of a fair; nothing here writes."""

from datetime import date

import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.fairs.models.fairs import Fair, FairDay, FairState
from marketplace.fairs.models.remarks import Remark
from marketplace.fairs.queries import calendar

HEARS = (*calendar.STAFF, Role.DESK_TILL.value)


def heard_by(person: Person) -> sa.Select[Fair]:
    """Select the fairs at which a person may note remarks: announced, of their Divisions."""
    if "house" in person.roles:
        return sa.select(Fair)
    if person.roles.isdisjoint(HEARS):
        return sa.select(Fair).where(sa.false())
    here = Fair.division_id.in_(person.divisions)
    return sa.select(Fair).where(here, Fair.state != FairState.PLANNED)


def held_on(person: Person, today: date) -> list[Fair]:
    """Return the fairs of that local day at which a person may note remarks."""
    query = heard_by(person).join(FairDay, FairDay.fair_id == Fair.id)
    query = query.where(FairDay.day == today, Fair.state == FairState.ANNOUNCED)
    return list(db.session.scalars(query.order_by(Fair.name, Fair.id)))


def of_fair(fair_id: int) -> sa.Select[Remark]:
    """Select what visitors said of a fair, the latest first."""
    query = sa.select(Remark).where(Remark.fair_id == fair_id, Remark.withdrawn_at.is_(None))
    return query.order_by(Remark.id.desc())


def number_of(fair_id: int) -> int:
    said = of_fair(fair_id).order_by(None).with_only_columns(sa.func.count(Remark.id))
    return db.session.scalar(said) or 0


def noted_before(person: Person) -> sa.Select[Remark]:
    """Select the remarks that a person may take back, also those that were."""
    fairs = heard_by(person).with_only_columns(Fair.id)
    return sa.select(Remark).where(Remark.fair_id.in_(fairs))
