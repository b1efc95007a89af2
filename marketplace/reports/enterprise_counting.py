"""What the report of one enterprise counts; days are local, amounts in centavos of BRL.

Facts are counted up to an id where one is given: what was written later is left out.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.models.calls import Attendance, Mark
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.queries.rollups import PUBLISHED, month_of
from marketplace.reports.models.issued import IssuedReport
from marketplace.reports.periods import Period

READERS = ("head", "articulation", "qualification", "finance")
"""Roles of a Division that read what one enterprise sold: the council reads it of all together."""


class Cell(NamedTuple):
    """Facts of one enterprise that are alike in all this, summed."""

    month: int  # 202611
    kind: FactKind
    segment: str
    channel: Channel
    confidence: Confidence
    fair_id: int | None
    fair_name: str
    cents: int
    pieces: int


class Stall(NamedTuple):
    """A fair of a period at which the enterprise had a stall; whether it came, where noted."""

    fair_id: int
    name: str
    mark: Mark | None


MONTH = month_of(SaleFact.occurred_on)
ALIKE: tuple[Any, ...] = (
    *(SaleFact.kind, SaleFact.segment, SaleFact.channel, SaleFact.confidence, SaleFact.fair_id),
    SaleFact.fair_name,
)


def cells(enterprise_id: int, period: Period, up_to: int | None = None) -> list[Cell]:
    """Return the facts of an enterprise in a period, with those of whichever id if none is told."""
    asked = about(enterprise_id, period)
    if up_to is not None:
        asked.append(SaleFact.id <= up_to)
    counted = sa.select(MONTH, *ALIKE, *sums()).where(*asked).group_by(MONTH, *ALIKE)
    return [Cell(*row) for row in db.session.execute(counted)]


def about(enterprise_id: int, period: Period) -> list[sa.ColumnElement[bool]]:
    """Return which facts are of an enterprise and a period."""
    within = SaleFact.occurred_on.between(period.first, period.last)
    return [SaleFact.enterprise_id == enterprise_id, within]


def sums() -> list[sa.ColumnElement[Any]]:
    """Return what is summed of facts that are alike, in the order of `Cell`."""
    pieces = sa.case((SaleFact.kind.in_(PUBLISHED), SaleFact.quantity), else_=0)
    return [
        sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
        for column in (SaleFact.gross_cents, pieces)
    ]


def stalls(enterprise_id: int, period: Period) -> list[Stall]:
    """Return the fairs that began in a period and at which an enterprise had a stall."""
    first = sa.func.min(FairDay.day)
    began = sa.select(FairDay.fair_id, first.label("first")).group_by(FairDay.fair_id)
    held = began.having(first.between(period.first, period.last)).subquery()
    came = sa.and_(
        Attendance.fair_id == Exhibitor.fair_id, Attendance.enterprise_id == Exhibitor.enterprise_id
    )
    query = (
        sa.select(Fair.id, Fair.name, Attendance.mark)
        .join(held, held.c.fair_id == Fair.id)
        .join(Exhibitor, Exhibitor.fair_id == Fair.id)
        .outerjoin(Attendance, came)
        .where(Exhibitor.enterprise_id == enterprise_id, Fair.state.in_(PUBLIC))
        .order_by(held.c.first, Fair.id)
    )
    return [Stall(*row) for row in db.session.execute(query)]


def enterprises(person: Person) -> sa.Select[Enterprise]:
    """Select the enterprises whose reports a person reads as staff, by name."""
    if not person.roles.intersection(READERS):
        return sa.select(Enterprise).where(sa.false())
    here = Enterprise.division_id.in_(person.divisions)
    sold = sa.exists().where(SaleFact.enterprise_id == Enterprise.id)
    told = sa.or_(Enterprise.standing == Standing.APPROVED, sold)
    return sa.select(Enterprise).where(here, told).order_by(Enterprise.folded, Enterprise.id)


def issued_about(enterprise_id: int) -> sa.Select[IssuedReport]:
    """Select the reports that were issued about an enterprise, the latest first."""
    query = sa.select(IssuedReport).where(IssuedReport.enterprise_id == enterprise_id)
    return query.order_by(IssuedReport.id.desc())


def issued_read_by(person: Person) -> sa.Select[IssuedReport]:
    """Select the reports about single enterprises that a person reads as staff."""
    ids = enterprises(person).order_by(None).with_only_columns(Enterprise.id)
    return sa.select(IssuedReport).where(IssuedReport.enterprise_id.in_(ids))


def issued_by(person: Person) -> sa.Select[Enterprise]:
    """Select the enterprises about which a person may issue a report: as head of their Division."""
    if "head" not in person.roles:
        return sa.select(Enterprise).where(sa.false())
    return sa.select(Enterprise).where(Enterprise.division_id.in_(person.divisions))
