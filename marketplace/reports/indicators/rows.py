"""What indicators count besides sales: stalls, people, products, reservations, buyers.

Each source is one statement that tells rows of one enterprise; traits are those of today.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division, Neighbourhood, Zone
from marketplace.catalogue.models.products import Product, Showing
from marketplace.core import clock, database
from marketplace.enterprises.models import Enterprise, Member, Sex, Standing
from marketplace.enterprises.queries import ELSEWHERE, RURAL
from marketplace.fairs.models.calls import Attendance, Call
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay
from marketplace.orders.models.facts import Channel, SaleFact
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import ON_THE_SPOT
from marketplace.orders.models.states import SEEN
from marketplace.reports.fair_counting import SPOT
from marketplace.reports.fair_sums import TOLD
from marketplace.reports.indicators.asked import Asked
from marketplace.reports.indicators.records import (
    Buyers,
    Goods,
    People,
    Reserved,
    Seller,
    Stand,
)

GIVEN = (State.HANDED_OVER, State.WITHDRAWN)


def sellers(asked: Asked) -> dict[int, Seller]:
    """Return the enterprises that have all the traits asked for."""
    found = {row[0]: Seller(*row) for row in _told(_SELLERS, asked)}
    return {
        key: each
        for key, each in found.items()
        if all(each.trait(trait) == value for trait, value in asked.filters.items())
    }


def stands(asked: Asked) -> list[Stand]:
    return [Stand(row[0], row[1], row[2], bool(row[3])) for row in _told(_STANDS, asked)]


def offered(asked: Asked) -> int:
    """Return how many places the fairs of the period offered; without a call, their stalls."""
    return sum(row[0] for row in _told(_OFFERED, asked))


def people(asked: Asked) -> list[People]:
    """Return the members of approved enterprises on the last day of the period, or today."""
    return [People(*row) for row in _told(_PEOPLE, asked)]


def goods(asked: Asked) -> list[Goods]:
    """Return the products that are on sale now."""
    return [Goods(*row) for row in _told(_GOODS, asked)]


def reserved(asked: Asked) -> list[Reserved]:
    return [Reserved(*row) for row in _told(_RESERVED, asked)]


def buyers(asked: Asked) -> Buyers:
    (row,) = _told(_BUYERS, asked)
    return Buyers(*(number or 0 for number in row))


def _told(statement: Any, asked: Asked) -> Any:
    start, end = _bounds(asked)
    today = clock.today(asked.zone)
    values: dict[str, Any] = {"first": asked.period.first, "last": asked.period.last}
    values |= {"start": start, "end": end, "today": today}
    values |= {"on": min(asked.period.last, today), "all_of_them": not asked.division_ids}
    return database.rows(statement, values | {"division_ids": sorted(asked.division_ids)})


def _bounds(asked: Asked) -> tuple[datetime, datetime]:
    first: date = asked.period.first
    return (
        clock.day_bounds(first, asked.zone)[0],
        clock.day_bounds(asked.period.last, asked.zone)[1],
    )


def _here(column: Any) -> sa.ColumnElement[bool]:
    chosen = column.in_(sa.bindparam("division_ids", expanding=True))
    return sa.or_(sa.bindparam("all_of_them", type_=sa.Boolean).is_(sa.true()), chosen)


def _count(*where: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*where), 1), else_=0)), 0), INT)


INT = sa.BigInteger
_first, _last, _on, _today = (
    sa.bindparam(n, type_=sa.Date) for n in ("first", "last", "on", "today")
)
_start, _end = (sa.bindparam(name, type_=Purchase.placed_at.type) for name in ("start", "end"))
_WOMAN = Member.sex == Sex.FEMALE


def _members(*columns: Any) -> sa.Select[Any]:
    joined = sa.and_(
        Member.joined_on <= _on, sa.or_(Member.left_on.is_(None), Member.left_on > _on)
    )
    return sa.select(Member.enterprise_id, *columns).where(joined).group_by(Member.enterprise_id)


_led = _members(
    _count(sa.true()).label("members"),
    _count(_WOMAN).label("women"),
    _count(Member.on_board.is_(sa.true())).label("board"),
    _count(Member.on_board.is_(sa.true()), _WOMAN).label("women_on_board"),
).subquery()
_is_led = sa.case(
    (_led.c.board > 0, 2 * _led.c.women_on_board >= _led.c.board),
    (_led.c.members > 0, 2 * _led.c.women >= _led.c.members),
    else_=sa.false(),
)
_home = Enterprise.municipality_code == Division.municipality_code
_SELLERS = (
    sa.select(
        *(Enterprise.id, Enterprise.segment, Enterprise.kind),
        sa.func.coalesce(Zone.slug, sa.case((_home, RURAL[0]), else_=ELSEWHERE[0])),
        sa.type_coerce(_is_led, sa.Boolean),
        Enterprise.standing == Standing.APPROVED,
    )
    .join(Division, Division.id == Enterprise.division_id)
    .outerjoin(Neighbourhood, Neighbourhood.id == Enterprise.neighbourhood_id)
    .outerjoin(Zone, Zone.id == Neighbourhood.zone_id)
    .outerjoin(_led, _led.c.enterprise_id == Enterprise.id)
    .where(_here(Enterprise.division_id))
)
_held = (
    sa.select(
        FairDay.fair_id,
        sa.func.min(FairDay.day).label("first"),
        sa.func.max(FairDay.day).label("last"),
    )
    .join(Fair, Fair.id == FairDay.fair_id)
    .where(Fair.state.in_(PUBLIC), _here(Fair.division_id))
    .group_by(FairDay.fair_id)
    .having(sa.func.min(FairDay.day).between(_first, _last), sa.func.max(FairDay.day) < _today)
    .subquery()
)
_has_told = (
    sa.select(SaleFact.id)
    .where(SaleFact.enterprise_id == Exhibitor.enterprise_id, SaleFact.fair_id == _held.c.fair_id)
    .where(SaleFact.occurred_on.between(_held.c.first, _held.c.last))
    .where(
        sa.or_(
            SaleFact.channel.in_((*SPOT, Channel.EXCHANGE)), SaleFact.confidence.in_(tuple(TOLD))
        )
    )
    .correlate(Exhibitor, _held)
    .exists()
)
_STANDS = (
    sa.select(Exhibitor.enterprise_id, _held.c.fair_id, Attendance.mark, _has_told)
    .join(_held, _held.c.fair_id == Exhibitor.fair_id)
    .outerjoin(
        Attendance,
        sa.and_(
            Attendance.fair_id == Exhibitor.fair_id,
            Attendance.enterprise_id == Exhibitor.enterprise_id,
        ),
    )
)
_stalls = (
    sa.select(sa.func.count(Exhibitor.id))
    .where(Exhibitor.fair_id == _held.c.fair_id)
    .correlate(_held)
    .scalar_subquery()
)
_OFFERED = sa.select(sa.func.coalesce(Call.places, _stalls)).select_from(
    sa.outerjoin(_held, Call, Call.fair_id == _held.c.fair_id)
)
_PEOPLE = (
    _members(
        *(_count(sa.true()), _count(_WOMAN), _count(Member.sex != Sex.OTHER)),
        _count(Member.on_board.is_(sa.true())),
        _count(Member.on_board.is_(sa.true()), _WOMAN),
    )
    .join(Enterprise, Enterprise.id == Member.enterprise_id)
    .where(Enterprise.standing == Standing.APPROVED, _here(Enterprise.division_id))
)
_GOODS = (
    sa.select(
        *(Product.enterprise_id, sa.func.count(Product.id)),
        _count(Product.maker_cents.is_not(None)),
    )
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .where(Product.showing == Showing.PUBLISHED, _here(Enterprise.division_id))
    .group_by(Product.enterprise_id)
)
_RESERVED = (
    sa.select(
        *(Order.enterprise_id, _count(Order.state.in_(GIVEN))),
        *(_count(Order.state == State.NO_SHOW), _count(Order.state.in_(SEEN))),
    )
    .where(Order.due_at >= _start, Order.due_at < _end, Order.way.not_in(ON_THE_SPOT))
    .where(_here(Order.division_id))
    .group_by(Order.enterprise_id)
)
_ours = (
    sa.select(Order.id)
    .where(Order.purchase_id == Purchase.id, _here(Order.division_id))
    .where(Order.way.not_in(ON_THE_SPOT))
    .correlate(Purchase)
    .exists()
)
_at_till = (
    sa.select(Order.id)
    .where(Order.purchase_id == Purchase.id, _here(Order.division_id))
    .where(Order.way.in_(ON_THE_SPOT))
    .correlate(Purchase)
    .exists()
)
_each = (
    sa.select(
        sa.func.min(Purchase.placed_at).label("first"),
        sa.func.count(Purchase.id).label("ever"),
        _count(Purchase.placed_at >= _start).label("now"),
    )
    .where(Purchase.placed_at < _end, Purchase.buyer_mobile != "", _ours)
    .group_by(Purchase.buyer_mobile)
    .subquery()
)
_tills = (
    sa.select(sa.func.count(Purchase.id))
    .where(Purchase.placed_at >= _start, Purchase.placed_at < _end, _at_till)
    .scalar_subquery()
)
_BUYERS = sa.select(
    sa.func.count(),
    _count(_each.c.first >= _start),
    _count(_each.c.ever > 1),
    sa.cast(sa.func.coalesce(sa.func.sum(_each.c.now), 0), INT),
    _tills,
).where(_each.c.now > 0)
