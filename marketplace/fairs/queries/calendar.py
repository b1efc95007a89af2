"""Questions asked of the fairs; nothing here writes."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay, FairMove, FairState
from marketplace.orders.models.orders import Order
from marketplace.orders.models.states import OPEN, SEEN

STAFF = {Role.ARTICULATION.value, Role.QUALIFICATION.value, Role.HEAD.value}


class Showing(NamedTuple):
    """An enterprise's place at one day of a fair."""

    fair: Fair
    day: FairDay
    stall: str


def by_slug(slug: str) -> sa.Select[Fair]:
    """Select a fair that the public may see: announced, or cancelled after it was."""
    return sa.select(Fair).where(Fair.slug == slug, Fair.state != FairState.PLANNED)


def by_id(fair_id: int) -> sa.Select[Fair]:
    return sa.select(Fair).where(Fair.id == fair_id)


def visible_to(person: Person) -> sa.Select[Fair]:
    """Select the fairs whose planning a person may see: those of their Divisions."""
    return sa.select(Fair).where(served_by(person, Fair.division_id))


def served_by(person: Person, division_id: Any) -> sa.ColumnElement[bool]:
    """Say of what belongs to a Division, by that column, whether this person plans its fairs."""
    if "house" in person.roles:
        return sa.true()
    if person.roles.isdisjoint(STAFF):
        return sa.false()
    here: sa.ColumnElement[bool] = division_id.in_(person.divisions)
    return here


def for_staff(
    person: Person, *, text: str = "", past: bool = False, today: date
) -> sa.Select[Fair]:
    """Select a staff list: coming fairs soonest first, or past ones latest first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    first = sa.select(sa.func.min(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = visible_to(person).options(selectinload(Fair.days), selectinload(Fair.exhibitors))
    if text:
        query = query.where(Fair.name.icontains(text, autoescape=True))
    if past:
        return query.where(last < today).order_by(last.desc(), Fair.id.desc())
    return query.where(sa.or_(last.is_(None), last >= today)).order_by(first, Fair.id)


def upcoming(today: date, *, division_id: int | None = None) -> sa.Select[Fair]:
    """Select announced fairs that are not over on that local day, soonest first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    first = (
        sa.select(sa.func.min(FairDay.day))
        .where(FairDay.fair_id == Fair.id, FairDay.day >= today)
        .scalar_subquery()
    )
    query = sa.select(Fair).where(Fair.state.in_(PUBLIC), last >= today)
    if division_id is not None:
        query = query.where(Fair.division_id == division_id)
    return query.options(selectinload(Fair.days)).order_by(first, Fair.id)


def past(today: date) -> sa.Select[Fair]:
    """Select announced fairs that are over, latest first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = sa.select(Fair).where(Fair.state.in_(PUBLIC), last < today)
    return query.options(selectinload(Fair.days)).order_by(last.desc(), Fair.id.desc())


def of_enterprise(enterprise_id: int, today: date) -> list[Showing]:
    """Return the days on which an enterprise will be at an announced fair, soonest first."""
    query = (
        sa.select(Fair, FairDay, Exhibitor.stall)
        .join(FairDay, FairDay.fair_id == Fair.id)
        .join(Exhibitor, Exhibitor.fair_id == Fair.id)
        .where(Exhibitor.enterprise_id == enterprise_id, Fair.state.in_(PUBLIC))
        .where(FairDay.day >= today)
        .order_by(FairDay.day, Fair.id)
    )
    return [Showing(*row) for row in db.session.execute(query)]


def begun_of_enterprise(enterprise_id: int, today: date) -> list[Fair]:
    """Return the last dozen fairs that began by that day and had a stall for it, latest first."""
    first = sa.select(sa.func.min(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = (
        sa.select(Fair)
        .join(Exhibitor, Exhibitor.fair_id == Fair.id)
        .where(Exhibitor.enterprise_id == enterprise_id, Fair.state.in_(PUBLIC))
        .where(first <= today)
        .options(selectinload(Fair.days))
        .order_by(first.desc(), Fair.id.desc())
    )
    return list(db.session.scalars(query.limit(12)))


def times_shown(enterprise_id: int, today: date) -> int:
    """Return at how many fairs, over by that day, an enterprise was placed."""
    query = (
        sa.select(sa.func.count(Exhibitor.id.distinct()))
        .join(Fair, Fair.id == Exhibitor.fair_id)
        .join(FairDay, FairDay.fair_id == Fair.id)
        .where(Exhibitor.enterprise_id == enterprise_id, Fair.state.in_(PUBLIC))
        .where(FairDay.day < today)
    )
    return db.session.scalar(query) or 0


def exhibitors(fair_id: int) -> list[Exhibitor]:
    query = sa.select(Exhibitor).where(Exhibitor.fair_id == fair_id)
    query = query.options(selectinload(Exhibitor.enterprise))
    return list(db.session.scalars(query.order_by(Exhibitor.position, Exhibitor.id)))


def moves(fair_id: int) -> list[FairMove]:
    query = sa.select(FairMove).where(FairMove.fair_id == fair_id)
    return list(db.session.scalars(query.options(selectinload(FairMove.by)).order_by(FairMove.id)))


def reserved(collection_id: int) -> bool:
    """Return whether somebody still means to collect there."""
    query = sa.select(Order.id).where(Order.collection_id == collection_id, Order.state.in_(OPEN))
    return db.session.scalar(query.limit(1)) is not None


class Reservations(NamedTuple):
    """What people mean to collect at a fair: orders, and their total in centavos."""

    orders: int
    total_cents: int


def reservations(fair_id: int) -> Reservations:
    query = (
        sa.select(sa.func.count(Order.id), sa.func.coalesce(sa.func.sum(Order.total_cents), 0))
        .join(FairDay, FairDay.collection_id == Order.collection_id)
        .where(FairDay.fair_id == fair_id, Order.state.in_(SEEN))
    )
    return Reservations(*db.session.execute(query).one())


def reservations_at(collection_ids: list[int | None], enterprise_id: int) -> dict[int, int]:
    """Return how many open orders one enterprise has at each of these collections."""
    query = (
        sa.select(Order.collection_id, sa.func.count(Order.id))
        .where(Order.collection_id.in_(collection_ids), Order.enterprise_id == enterprise_id)
        .where(Order.state.in_(SEEN))
        .group_by(Order.collection_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query) if row[0] is not None}


def placeable(fair: Fair) -> list[tuple[int, str]]:
    """Return the approved enterprises of the fair's Division, as (id, name)."""
    query = sa.select(Enterprise.id, Enterprise.name).where(
        Enterprise.division_id == fair.division_id, Enterprise.standing == Standing.APPROVED
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Enterprise.name))]
