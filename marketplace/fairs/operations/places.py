"""Who holds a place of a call: given up, called up, given and taken back by staff with a reason."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.clock import instant_of
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import conflicts
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Segment, Standing
from marketplace.fairs import draw, news
from marketplace.fairs.errors import (
    FairHasBegun,
    HasPlace,
    NoPlaceLeft,
    NotDrawn,
    NotSelling,
    ReasonNeeded,
)
from marketplace.fairs.models.calls import (
    ApplicationState,
    Call,
    MoveKind,
    Place,
    PlaceState,
)
from marketplace.fairs.operations import exhibitors
from marketplace.fairs.queries import calendar, calls


@operation
def give_up_place(fair_id: int, enterprise_id: int, *, by: Person, now: datetime) -> None:
    """Give a place up before the fair begins, or leave the line of those who wait for one.

    The next in line is called: of a segment whose quota is short, or else the first of all.

    :raises NotDrawn: before the draw.
    :raises FairHasBegun: from the hour at which its first day opens.
    :raises SellerHasOrders: while people have reserved with that enterprise there.
    """
    enterprise = find_one(enterprises.theirs(by, enterprise_id))
    call = lock_one(calls.of_division(fair_id, enterprise.division_id))
    if call.draw is None:
        raise NotDrawn
    first = call.fair.days[0]
    if now >= instant_of(first.day, first.opens, call.fair.time_zone):
        raise FairHasBegun(fair=call.fair.name)
    place = calls.place(call.id, enterprise_id)
    if place is not None and place.state is PlaceState.HELD:
        _lose(call, place, MoveKind.GIVEN_UP, "", by=by, now=now)
        _call_next(call, now=now)
    else:
        _leave_line(call, enterprise_id, by=by, now=now)


@operation
def give_place(
    fair_id: int,
    enterprise_id: int,
    reason: str,
    *,
    instead_of: int | None = None,
    by: Person,
    now: datetime,
) -> Place:
    """Give an enterprise a place beside the draw, with a reason that everybody reads.

    ``instead_of``: whose place it gets, where all are given.

    :raises ReasonNeeded: without a reason.
    :raises NotDrawn: before the draw.
    :raises HasPlace: for one that holds a place.
    :raises NoPlaceLeft: if all are given and it is not said whose it gets.
    :raises OwnEnterprise: if ``by`` belongs to either.
    """
    call = _drawn(fair_id, reason, by=by)
    enterprise = _theirs(call, enterprise_id, by=by)
    if enterprise.standing is not Standing.APPROVED:
        raise NotSelling(enterprise=enterprise.name)
    place = calls.place(call.id, enterprise_id)
    if place is not None and place.state is PlaceState.HELD:
        raise HasPlace(enterprise=enterprise.name)
    if instead_of is not None:
        _theirs(call, instead_of, by=by)
        lost = _held(call, instead_of)
        _lose(call, lost, MoveKind.TAKEN_BACK, reason, by=by, now=now)
    if len(calls.held(call.id)) >= call.places:
        raise NoPlaceLeft(places=call.places)
    sent = calls.application(call.id, enterprise_id)
    segment = sent.segment if sent else enterprise.segment
    return give(call, enterprise_id, segment, MoveKind.GIVEN, reason=reason, by=by, now=now)


@operation
def take_back_place(
    fair_id: int, enterprise_id: int, reason: str, *, by: Person, now: datetime
) -> None:
    """Take a place back, with a reason that everybody reads; the next in line is called.

    :raises ReasonNeeded: without a reason.
    :raises SellerHasOrders: while people have reserved with that enterprise there.
    :raises OwnEnterprise: if ``by`` belongs to it.
    """
    call = _drawn(fair_id, reason, by=by)
    _theirs(call, enterprise_id, by=by)
    place = _held(call, enterprise_id)
    _lose(call, place, MoveKind.TAKEN_BACK, reason, by=by, now=now)
    _call_next(call, now=now)


def give(
    call: Call,
    enterprise_id: int,
    segment: Segment,
    kind: MoveKind,
    *,
    reason: str = "",
    by: Person,
    now: datetime,
) -> Place:
    """Let an enterprise hold a place and a stall, and tell it."""
    place = calls.place(call.id, enterprise_id)
    if place is None:
        place = Place(call_id=call.id, enterprise_id=enterprise_id)
        db.session.add(place)
    place.segment = segment
    move = place.move(kind, by_id=by.id, now=now, reason=reason)
    stall = _free_stall(call, enterprise_id)
    exhibitors.seat(call.fair, enterprise_id, stall, by=by, now=now)
    db.session.flush()
    news.tell_place(call, move, stall, now=now)
    audit.record(
        f"place_{kind.value}", by=by, now=now, fair_id=call.fair_id, enterprise_id=enterprise_id
    )
    return place


def _lose(
    call: Call, place: Place, kind: MoveKind, reason: str, *, by: Person, now: datetime
) -> None:
    exhibitors.unseat(call.fair, place.enterprise_id, by=HOUSE, now=now)
    move = place.move(kind, by_id=by.id, now=now, reason=reason)
    db.session.flush()
    news.tell_place(call, move, "", now=now)
    facts = {"fair_id": call.fair_id, "enterprise_id": place.enterprise_id}
    audit.record(f"place_{kind.value}", by=by, now=now, **facts)


def _call_next(call: Call, *, now: datetime) -> None:
    """Give a free place to the next who waits, by the house: nobody chooses."""
    held = [place.segment.value for place in calls.held(call.id)]
    waiting = {lot.number: lot for lot in calls.waiting(call)}
    line = [draw.Applicant(lot.number, lot.segment.value, lot.credit) for lot in waiting.values()]
    if found := draw.next_of(line, held, call.quotas):
        called = waiting[found.number].application
        kind = MoveKind.CALLED_UP
        give(call, called.enterprise_id, called.segment, kind, by=HOUSE, now=now)


def _leave_line(call: Call, enterprise_id: int, *, by: Person, now: datetime) -> None:
    waits = {lot.application.enterprise_id: lot for lot in calls.waiting(call)}
    if enterprise_id not in waits:
        raise NotFound
    sent = waits[enterprise_id].application
    sent.state, sent.changed_at, sent.by_id = ApplicationState.WITHDRAWN, now, by.id
    audit.record("line_left", by=by, now=now, application_id=sent.id)


def _drawn(fair_id: int, reason: str, *, by: Person) -> Call:
    if not reason.strip():
        raise ReasonNeeded
    exhibitors.lock_fair(fair_id, by)
    call = lock_one(calls.of_fair(fair_id))
    if call.draw is None:
        raise NotDrawn
    return call


def _theirs(call: Call, enterprise_id: int, *, by: Person) -> Enterprise:
    """Return an enterprise of the call's Division to which ``by`` does not belong."""
    query = enterprises.by_id(enterprise_id)
    enterprise = find_one(query.where(Enterprise.division_id == call.fair.division_id))
    conflicts.keep_out(by, enterprise)
    return enterprise


def _held(call: Call, enterprise_id: int) -> Place:
    place = calls.place(call.id, enterprise_id)
    if place is None or place.state is not PlaceState.HELD:
        raise NotFound
    return place


def _free_stall(call: Call, enterprise_id: int) -> str:
    """Return the stall for one more, by its number; stalls that staff named are left alone."""
    sharing = calls.sharing(call)
    taken = [
        (int(shown.stall), sharing.get(shown.enterprise_id, True))
        for shown in calendar.exhibitors(call.fair_id)
        if shown.stall.isascii() and shown.stall.isdigit()
    ]
    shares, most = sharing.get(enterprise_id, True), -(-call.places // call.stalls)
    return str(draw.seat(taken, shares=shares, stalls=call.stalls, most=most))
