"""What each working role sees first; nothing here writes."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.queries import lists, own
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Member, Standing
from marketplace.fairs.models.fairs import PUBLIC, Fair, FairDay, FairState
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.rollups import SalesByEnterprise
from marketplace.orders.models.states import OPEN
from marketplace.payments.models.payments import DIRECT
from marketplace.reports import queries as reports
from marketplace.reports.periods import Period, month_key
from marketplace.reports.questions import Dimension, Question

WAITING = (Standing.SENT, Standing.IN_ANALYSIS)


class Case(NamedTuple):
    """A registration that waits for the Division."""

    id: int
    name: str
    segment: str
    people: int
    since: datetime


class Health(NamedTuple):
    """How fair trade stands, each as so many of so many."""

    open_prices: int
    products: int
    led_by_women: int
    enterprises: int


class Attention(NamedTuple):
    """What asks for somebody: counts, and the moment of the oldest."""

    cases: int
    oldest_case: datetime | None
    under_floor: int
    unanswered: int
    fairs_planned: int  # not announced yet


class Fairs(NamedTuple):
    held: int
    planned: int


def cases(person: Person, *, most: int = 5) -> list[Case]:
    """Return the registrations that wait, oldest first."""
    people = sa.select(sa.func.count(Member.id)).where(
        Member.enterprise_id == Enterprise.id, Member.left_on.is_(None)
    )
    query = (
        enterprises.cases_of(person)
        .where(Enterprise.standing.in_(WAITING))
        .with_only_columns(
            Enterprise.id,
            Enterprise.name,
            Enterprise.segment,
            people.correlate(Enterprise).scalar_subquery(),
            Enterprise.standing_since,
        )
    )
    rows = db.session.execute(query.order_by(Enterprise.standing_since, Enterprise.id).limit(most))
    return [Case(*row) for row in rows]


def attention(person: Person, today: date, now: datetime) -> Attention:
    waiting = enterprises.cases_of(person).where(Enterprise.standing.in_(WAITING))
    counted = waiting.with_only_columns(
        sa.func.count(Enterprise.id), sa.func.min(Enterprise.standing_since)
    ).order_by(None)
    number, oldest = db.session.execute(counted).one()
    return Attention(
        number,
        oldest,
        _count(_products_of(person), own.under_floor(lists.wage_floor(today))),
        _unanswered(person, now),
        _fairs_planned(person, today),
    )


def health(person: Person) -> Health:
    """Return what today's data tell of fair trade in the person's Divisions."""
    members = _members_by_sex(person)
    led = sum(2 * women >= all_ for women, all_ in members.values() if all_)
    return Health(
        _count(_products_of(person), Product.maker_cents.is_not(None)),
        _count(_products_of(person)),
        led,
        len(members),
    )


def fairs_of(person: Person, year: int, today: date) -> Fairs:
    """Return how many announced fairs of a year are over, and how many there are in it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = (
        sa.select(
            sa.func.count(sa.case((FairDay.day < today, Fair.id)).distinct()),
            sa.func.count(Fair.id.distinct()),
        )
        .join(FairDay, FairDay.fair_id == Fair.id)
        .where(Fair.state.in_(PUBLIC), FairDay.day.between(first, last))
        .where(Fair.division_id.in_(person.divisions))
    )
    return Fairs(*db.session.execute(query).one())


def selling_in(person: Person, first: date, last: date) -> tuple[int, int]:
    """Return how many enterprises sold in the months of a period, and how many are approved."""
    of = SalesByEnterprise
    sold = sa.select(sa.func.count(of.enterprise_id.distinct())).where(
        of.month.between(month_key(first), month_key(last)),
        of.sales_cents + of.orders_cents > 0,
        of.division_id.in_(person.divisions),
    )
    approved = sa.select(sa.func.count(Enterprise.id)).where(
        Enterprise.standing == Standing.APPROVED, Enterprise.division_id.in_(person.divisions)
    )
    return db.session.scalar(sold) or 0, db.session.scalar(approved) or 0


def month_of(enterprise_id: int, today: date) -> reports.Figures:
    """Return what an enterprise sold in the month of a day."""
    period = Period(today.replace(day=1), today)
    asked = Question(period, Dimension.MONTH, filters={Dimension.ENTERPRISE: enterprise_id})
    return reports.volume(asked).total


def awaited(enterprise_id: int) -> int:
    """Return the centavos of what is ordered and paid when handed over: in no figure of sales."""
    query = sa.select(sa.func.sum(Order.total_cents)).where(
        Order.enterprise_id == enterprise_id,
        Order.state.in_(OPEN),
        Order.to_order.is_(False),
        Order.method.in_(DIRECT),
    )
    return db.session.scalar(query) or 0


def _products_of(person: Person) -> sa.Select[Any]:
    return (
        sa.select(sa.func.count(Product.id))
        .join(Enterprise, Enterprise.id == Product.enterprise_id)
        .where(Product.showing == Showing.PUBLISHED)
        .where(Enterprise.division_id.in_(person.divisions))
    )


def _count(query: sa.Select[Any], *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(query.where(*conditions)) or 0


def _unanswered(person: Person, now: datetime) -> int:
    """Return how many orders wait for an answer that is due within a day."""
    query = sa.select(sa.func.count(Order.id)).where(
        Order.state == State.PLACED,
        Order.division_id.in_(person.divisions),
        Order.answer_by <= now + timedelta(days=1),
    )
    return db.session.scalar(query) or 0


def _fairs_planned(person: Person, today: date) -> int:
    query = (
        sa.select(sa.func.count(Fair.id.distinct()))
        .join(FairDay, FairDay.fair_id == Fair.id)
        .where(Fair.division_id.in_(person.divisions), Fair.state == FairState.PLANNED)
        .where(FairDay.day >= today)
    )
    return db.session.scalar(query) or 0


def _members_by_sex(person: Person) -> dict[int, tuple[int, int]]:
    """Return (women, all) who decide in each approved enterprise: its board, or else everybody."""
    board = sa.func.sum(sa.case((Member.on_board, 1), else_=0))
    women = sa.func.sum(sa.case((Member.sex == "female", 1), else_=0))
    women_on_board = sa.func.sum(
        sa.case((sa.and_(Member.on_board, Member.sex == "female"), 1), else_=0)
    )
    query = (
        sa.select(Enterprise.id, board, women_on_board, sa.func.count(Member.id), women)
        .join(Member, Member.enterprise_id == Enterprise.id)
        .where(Member.left_on.is_(None), Enterprise.standing == Standing.APPROVED)
        .where(Enterprise.division_id.in_(person.divisions))
        .group_by(Enterprise.id)
    )
    return {
        row[0]: (row[2], row[1]) if row[1] else (row[4], row[3])
        for row in db.session.execute(query)
    }
