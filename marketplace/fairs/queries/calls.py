"""Questions about calls for places, who applied, and who got one."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.database import db
from marketplace.enterprises.models import Access, Enterprise, Member, Standing
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.calls import (
    Application,
    ApplicationState,
    Attendance,
    Call,
    Draw,
    DrawnLot,
    Place,
    PlaceMove,
    PlaceState,
)
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairState

SENT = Application.state == ApplicationState.SENT
HELD = Place.state == PlaceState.HELD


def of_fair(fair_id: int) -> sa.Select[Call]:
    return sa.select(Call).where(Call.fair_id == fair_id)


def of_division(fair_id: int, division_id: int) -> sa.Select[Call]:
    """Select a fair's call for those of its Division, who may apply; not of a cancelled fair."""
    here = (Fair.division_id == division_id, Fair.state != FairState.CANCELLED)
    return of_fair(fair_id).join(Call.fair).where(*here)


def drawn(slug: str) -> sa.Select[Draw]:
    """Select the draw of a fair by the fair's address: it is public, as its place is."""
    query = sa.select(Draw).join(Draw.call).join(Call.fair).where(Fair.slug == slug)
    return query.options(joinedload(Draw.call).joinedload(Call.fair))


def is_drawn(fair_id: int) -> bool:
    query = sa.select(Draw.id).join(Draw.call).where(Call.fair_id == fair_id)
    return db.session.scalar(query) is not None


def shown_to(division_id: int, today: date, now: datetime) -> list[Call]:
    """Return the calls of a Division's coming fairs that have opened, first to close first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = (
        sa.select(Call)
        .join(Call.fair)
        .where(Fair.division_id == division_id, Fair.state != FairState.CANCELLED)
        .where(Call.opens_at <= now, last >= today)
        .options(joinedload(Call.fair).selectinload(Fair.days), joinedload(Call.draw))
    )
    return list(db.session.scalars(query.order_by(Call.closes_at, Call.id)))


def applications(call_id: int) -> list[Application]:
    """Return who applied and did not withdraw, in the order of their numbers."""
    query = sa.select(Application).where(Application.call_id == call_id, SENT)
    query = query.options(joinedload(Application.enterprise))
    return list(db.session.scalars(query.order_by(Application.number)))


def application(call_id: int, enterprise_id: int) -> Application | None:
    return db.session.scalar(
        sa.select(Application).where(
            Application.call_id == call_id, Application.enterprise_id == enterprise_id
        )
    )


def applications_of(enterprise_id: int, call_ids: Iterable[int]) -> dict[int, Application]:
    """Return what an enterprise sent to these calls, by call."""
    query = sa.select(Application).where(
        Application.enterprise_id == enterprise_id, Application.call_id.in_(list(call_ids)), SENT
    )
    return {found.call_id: found for found in db.session.scalars(query)}


def next_number(call_id: int) -> int:
    query = sa.select(sa.func.max(Application.number)).where(Application.call_id == call_id)
    return (db.session.scalar(query) or 0) + 1


def lots(draw_id: int) -> list[DrawnLot]:
    """Return what was drawn, in line; who was kept out comes before all, at position 0."""
    query = sa.select(DrawnLot).where(DrawnLot.draw_id == draw_id)
    here = joinedload(DrawnLot.application).joinedload(Application.enterprise)
    return list(db.session.scalars(query.options(here).order_by(DrawnLot.position, DrawnLot.id)))


def waiting(call: Call) -> list[DrawnLot]:
    """Return who still waits for a place, in line: none of those who left, or had one."""
    had = sa.select(Place.enterprise_id).where(Place.call_id == call.id)
    query = (
        sa.select(DrawnLot)
        .join(DrawnLot.application)
        .join(Application.enterprise)
        .where(Application.call_id == call.id, SENT, DrawnLot.outcome == Outcome.WAITING)
        .where(Application.enterprise_id.not_in(had), Enterprise.standing == Standing.APPROVED)
        .options(joinedload(DrawnLot.application).joinedload(Application.enterprise))
    )
    return list(db.session.scalars(query.order_by(DrawnLot.position)))


def places(call_id: int) -> list[Place]:
    """Return each place that was given in a call, also those that were lost, with its moves."""
    query = sa.select(Place).where(Place.call_id == call_id)
    story = selectinload(Place.moves).joinedload(PlaceMove.by)
    return list(
        db.session.scalars(query.options(joinedload(Place.enterprise), story).order_by(Place.id))
    )


def place(call_id: int, enterprise_id: int) -> Place | None:
    return db.session.scalar(
        sa.select(Place).where(Place.call_id == call_id, Place.enterprise_id == enterprise_id)
    )


def held(call_id: int) -> list[Place]:
    query = sa.select(Place).where(Place.call_id == call_id, HELD)
    return list(db.session.scalars(query.options(joinedload(Place.enterprise)).order_by(Place.id)))


def sharing(call: Call) -> dict[int, bool]:
    """Return whether each who applied may share a stall, by enterprise."""
    query = sa.select(Application.enterprise_id, Application.shares).where(
        Application.call_id == call.id
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def credit(enterprise_id: int, division_id: int, before: datetime) -> int:
    """Return how often an enterprise was left out since its last place in that Division.

    A place that it gave up was one; one that staff took back was none, nor was any of a fair that
    was cancelled.
    """
    had = sa.and_(Place.call_id == Call.id, Place.enterprise_id == enterprise_id)
    query = (
        sa.select(Place.state, DrawnLot.outcome)
        .select_from(Draw)
        .join(Draw.call)
        .join(Call.fair)
        .outerjoin(Place, had)
        .outerjoin(
            Application,
            sa.and_(Application.call_id == Call.id, Application.enterprise_id == enterprise_id),
        )
        .outerjoin(DrawnLot, DrawnLot.application_id == Application.id)
        .where(Fair.division_id == division_id, Fair.state != FairState.CANCELLED)
        .where(Draw.drawn_at < before)
        .order_by(Draw.drawn_at.desc(), Draw.id.desc())
    )
    times = 0
    for state, outcome in db.session.execute(query):
        if state in (PlaceState.HELD, PlaceState.GIVEN_UP):
            break
        times += outcome not in (None, Outcome.EXCLUDED)
    return times


def marks(fair_id: int) -> dict[int, Attendance]:
    """Return the attendance taken at a fair, by enterprise."""
    found = db.session.scalars(sa.select(Attendance).where(Attendance.fair_id == fair_id))
    return {each.enterprise_id: each for each in found}


def had_stall(fair_id: int, enterprise_id: int) -> bool:
    query = sa.select(Exhibitor.id).where(
        Exhibitor.fair_id == fair_id, Exhibitor.enterprise_id == enterprise_id
    )
    return db.session.scalar(query) is not None


def told_of_call(division_id: int) -> list[int]:
    """Return who is told of a Division's call: those who act for its approved enterprises."""
    query = (
        sa.select(Member.user_id)
        .join(Member.enterprise)
        .where(Enterprise.division_id == division_id, Enterprise.standing == Standing.APPROVED)
        .where(Member.left_on.is_(None), Member.access.in_((Access.MEMBER, Access.MANAGER)))
    )
    return sorted({user_id for user_id in db.session.scalars(query) if user_id})
