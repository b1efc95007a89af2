"""What the Division's sheets count, each by one statement; days are local, amounts in centavos.

Facts are counted up to an id where one is given: what was written later is left out. The lists that
people keep up (fairs, places, who came, members) are counted as they stand.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Neighbourhood
from marketplace.core.database import db
from marketplace.enterprises.models import Decision, DecisionKind, Enterprise, Member
from marketplace.enterprises.queries import location_of
from marketplace.fairs.models.calls import Attendance, Call, Mark
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.queries.rollups import PUBLISHED, month_of
from marketplace.reports.fair_counting import SPOT
from marketplace.reports.fair_sums import TOLD
from marketplace.reports.periods import OLDEST, Period


class Cell(NamedTuple):
    """Facts that are alike in all this, summed; the women's part is that of each line, rounded."""

    month: int  # 202611
    kind: FactKind
    segment: str
    zone: str
    zone_name: str
    channel: Channel
    confidence: Confidence
    women_led: bool
    cents: int
    women_cents: int
    pieces: int
    makers_cents: int
    composed_cents: int


class Fairs(NamedTuple):
    """Fairs of a period, and what was noted of their stalls."""

    events: int
    offered: int
    used: int
    unmarked: int
    expected: int  # stalls that were there
    told: int  # of these, that told what they sold


class Registered(NamedTuple):
    """An enterprise approved for the first time in a period."""

    enterprise_id: int
    segment: str
    zone: str
    zone_name: str


ALIKE: tuple[Any, ...] = (
    *(SaleFact.kind, SaleFact.segment, SaleFact.zone, SaleFact.zone_name),
    *(SaleFact.channel, SaleFact.confidence, SaleFact.women_led),
)
MONTH = month_of(SaleFact.occurred_on)


def cells(division_id: int, period: Period, up_to: int | None = None) -> list[Cell]:
    """Return the facts of a period, with those of whichever id where none is given."""
    asked = _facts(division_id, period, up_to)
    counted = sa.select(MONTH, *ALIKE, *sums()).where(*asked).group_by(MONTH, *ALIKE)
    return [Cell(*row) for row in db.session.execute(counted)]


def months(
    division_id: int, period: Period, up_to: int | None = None
) -> list[tuple[int, FactKind, int]]:
    """Return (month, kind, centavos) of every month up to a period's end."""
    until = Period(OLDEST, period.last)
    counted = sa.select(MONTH, SaleFact.kind, _sum(SaleFact.gross_cents))
    counted = counted.where(*_facts(division_id, until, up_to)).group_by(MONTH, SaleFact.kind)
    return [(month, kind, cents) for month, kind, cents in db.session.execute(counted)]


def sellers(
    division_id: int, period: Period, up_to: int | None = None
) -> list[tuple[int, str, str]]:
    """Return (enterprise, segment, zone) of who sold something that was not taken back."""
    key = (SaleFact.enterprise_id, SaleFact.segment, SaleFact.zone)
    counted = sa.select(*key).where(
        *_facts(division_id, period, up_to), SaleFact.kind.in_(PUBLISHED)
    )
    found = counted.group_by(*key).having(sa.func.sum(SaleFact.gross_cents) != 0)
    return [
        (enterprise, segment.value, zone) for enterprise, segment, zone in db.session.execute(found)
    ]


def last_fact(division_id: int) -> int:
    """Return the id of the fact written last, 0 where there is none."""
    newest = sa.select(sa.func.max(SaleFact.id)).where(SaleFact.division_id == division_id)
    return db.session.scalar(newest) or 0


def fairs(division_id: int, period: Period) -> Fairs:
    """Count the fairs that began in a period; without a call, one offers as many as it gave."""
    held = _held(division_id, period).subquery()
    ids = sa.select(held.c.id)
    given = sa.select(Exhibitor.fair_id, sa.func.count().label("number"))
    stalls = given.where(Exhibitor.fair_id.in_(ids)).group_by(Exhibitor.fair_id).subquery()
    offered = (
        sa.select(sa.func.coalesce(sa.func.sum(sa.func.coalesce(Call.places, stalls.c.number)), 0))
        .select_from(held)
        .outerjoin(Call, Call.fair_id == held.c.id)
        .outerjoin(stalls, stalls.c.fair_id == held.c.id)
    )
    events = db.session.scalar(sa.select(sa.func.count()).select_from(held)) or 0
    marks = _marks(ids)
    told = _told(ids)
    gone = {key for key, mark in marks.items() if mark in (Mark.ABSENT, Mark.EXCUSED)}
    there = (set(marks) - gone) | told
    return Fairs(
        events,
        int(db.session.scalar(offered) or 0),
        sum(mark is Mark.PRESENT for mark in marks.values()),
        sum(mark is None for mark in marks.values()),
        len(there),
        len(told),
    )


def registered(division_id: int, since: datetime, until: datetime) -> list[Registered]:
    """Return who was approved for the first time from one instant to before another."""
    first = sa.select(Decision.enterprise_id, sa.func.min(Decision.decided_at).label("at"))
    first = first.where(Decision.kind == DecisionKind.APPROVED).group_by(Decision.enterprise_id)
    approved = first.subquery()
    query = (
        sa.select(Enterprise)
        .join(approved, approved.c.enterprise_id == Enterprise.id)
        .where(Enterprise.division_id == division_id)
        .where(approved.c.at >= since, approved.c.at < until)
        .options(
            joinedload(Enterprise.division),
            joinedload(Enterprise.neighbourhood).joinedload(Neighbourhood.zone),
        )
    )
    return [
        Registered(one.id, one.segment.value, where.zone_slug, where.zone_name)
        for one in db.session.scalars(query)
        for where in (location_of(one),)
    ]


def people(enterprise_ids: Iterable[int], period: Period) -> dict[str, int]:
    """Return how many people work in these enterprises on a period's last day, by sex."""
    ids = sorted(set(enterprise_ids))
    here = sa.or_(Member.left_on.is_(None), Member.left_on > period.last)
    counted = sa.select(Member.sex, sa.func.count()).where(
        Member.enterprise_id.in_(ids), Member.joined_on <= period.last, here
    )
    return {sex.value: number for sex, number in db.session.execute(counted.group_by(Member.sex))}


def sums() -> list[sa.ColumnElement[Any]]:
    """Return what is summed of facts that are alike, in the order of `Cell`."""
    published = SaleFact.kind.in_(PUBLISHED)
    half = sa.case((SaleFact.gross_cents < 0, -500), else_=500)
    women = sa.cast(SaleFact.gross_cents * SaleFact.women_permille + half, sa.BigInteger)
    return [
        _sum(SaleFact.gross_cents),
        _sum(women.op("/")(sa.literal_column("1000"))),
        _sum(sa.case((published, SaleFact.quantity), else_=0)),
        _sum(sa.case((published, SaleFact.makers_cents), else_=0)),
        _sum(sa.case((sa.and_(published, SaleFact.composed), SaleFact.gross_cents), else_=0)),
    ]


def _facts(division_id: int, period: Period, up_to: int | None) -> list[sa.ColumnElement[bool]]:
    where = [
        SaleFact.division_id == division_id,
        SaleFact.occurred_on.between(period.first, period.last),
    ]
    return where if up_to is None else [*where, SaleFact.id <= up_to]


def _held(division_id: int, period: Period) -> sa.Select[int]:
    """Select the fairs whose first day is in a period and that were not called off."""
    began = (
        sa.select(FairDay.fair_id)
        .group_by(FairDay.fair_id)
        .having(sa.func.min(FairDay.day).between(period.first, period.last))
    )
    held = sa.select(Fair.id).where(Fair.id.in_(began), Fair.division_id == division_id)
    return held.where(Fair.state.in_(PUBLIC))


def _marks(ids: sa.Select[int]) -> dict[tuple[int, int], Mark | None]:
    """Return, for each stall, whether who has it came."""
    came = sa.and_(
        Attendance.fair_id == Exhibitor.fair_id, Attendance.enterprise_id == Exhibitor.enterprise_id
    )
    query = sa.select(Exhibitor.fair_id, Exhibitor.enterprise_id, Attendance.mark)
    found = query.outerjoin(Attendance, came).where(Exhibitor.fair_id.in_(ids))
    return {(fair, enterprise): mark for fair, enterprise, mark in db.session.execute(found)}


def _told(ids: sa.Select[int]) -> set[tuple[int, int]]:
    """Return who told what was sold at a fair; a reservation says nothing of that."""
    tells = sa.or_(SaleFact.channel.in_((*SPOT, Channel.EXCHANGE)), SaleFact.confidence.in_(TOLD))
    query = sa.select(SaleFact.fair_id, SaleFact.enterprise_id).where(
        SaleFact.fair_id.in_(ids), tells
    )
    return {(fair or 0, enterprise) for fair, enterprise in db.session.execute(query.distinct())}


def _sum(column: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
