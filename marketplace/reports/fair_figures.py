"""A fair's figures, put together from what was written of it; every real stands in one place.

Amounts are in centavos of BRL; hours and days are the fair's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import joinedload

from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.enterprises.models import Segment
from marketplace.fairs.models.calls import Mark, PlaceState
from marketplace.fairs.models.fairs import Fair, FairMove, FairState
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries import calendar, ending, notes, till_accounts, tills
from marketplace.fairs.queries.ending import Late
from marketplace.fairs.queries.notes import OfFair
from marketplace.fairs.queries.till_accounts import Account, Drawer
from marketplace.orders.models.facts import Channel
from marketplace.orders.models.orders import State
from marketplace.orders.models.states import SEEN
from marketplace.reports import fair_counting as counting
from marketplace.reports.fair_counting import (
    SPOT,
    Cell,
    Doubt,
    Offer,
    Reserved,
    Returned,
    Sold,
    Stand,
)
from marketplace.reports.fair_hours import GIVEN, Hour, hours_of
from marketplace.reports.fair_sums import TOLD, Money, Sums, methods_of, money_of, sums_of


class Seller(NamedTuple):
    """What one enterprise sold, beside how it stood at the fair; no stall: it had none there."""

    enterprise_id: int
    name: str
    segment: Segment
    stall: str
    mark: Mark | None
    sums: Sums
    sales: int  # at tills
    has_told: bool  # by a till or a total
    doubts: int  # differences that nobody settled


class Reservations(NamedTuple):
    """Orders to be collected at the fair."""

    handed: int
    open: int
    missed: int  # never collected
    called_off: int

    @property
    def kept(self) -> int:
        return self.handed + self.open + self.missed


class Places(NamedTuple):
    """Places of a fair; without a call it offers as many as it gave."""

    offered: int
    given: int
    used: int
    excused: int
    absent: int
    unmarked: int
    given_up: int
    taken_back: int


class Coverage(NamedTuple):
    """How many of the stalls that were there told what they sold, and which did not."""

    told: int
    expected: int
    silent: list[str]


@dataclass(frozen=True)
class FairFigures:
    fair: Fair
    as_of: datetime
    total: Sums
    sales: int
    till_cents: int  # of these sales
    sellers: list[Seller]
    segments: list[tuple[Segment, Sums]]
    methods: list[tuple[str, int]]
    hours: list[Hour]
    unhoured_cents: int  # sold on the spot at an hour that nobody knows
    reservations: Reservations
    places: Places
    coverage: Coverage
    money: Money
    returned: Returned
    notes: OfFair  # of a social currency
    doubts: list[Doubt]
    tills: list[tuple[Till, Account]]
    drawers: list[tuple[Till, Drawer]]  # of the common desk
    closed: FairMove | None  # by whom and when, if it is
    late: Late  # what came since

    @property
    def missing(self) -> int:
        """How many sales tills numbered that have not arrived."""
        return sum(account.missing for _till, account in self.tills)

    @property
    def is_running(self) -> bool:
        opens, closes = span_of(self.fair)
        return opens <= self.as_of < closes


def shown_to(person: Person, fair_id: int) -> Fair:
    """Return a fair of the Divisions in which a person works, with its days.

    :raises NotFound: for any other, or one that is only planned.
    """
    query = calendar.by_id(fair_id).where(
        Fair.division_id.in_(person.divisions), Fair.state != FairState.PLANNED
    )
    whole = query.options(joinedload(Fair.municipality), joinedload(Fair.days))
    if (fair := db.session.scalars(whole).unique().first()) is None:
        raise NotFound
    return fair


def figures_of(fair: Fair, now: datetime) -> FairFigures:
    """Count a fair anew; in seventeen statements at most, whatever its size."""
    cells, sold, stands = (
        counting.cells(fair.id),
        counting.sold(fair.id),
        counting.stands(fair.id),
    )
    reserved, doubts = counting.reserved(fair.id), counting.doubts(fair.id)
    bound = tills.of_fair(fair.id)
    told = till_accounts.accounts(till.id for till in bound)
    sellers = _sellers(cells, sold, stands, doubts)
    total, given = sums_of(cells), counting.given(fair.id)
    hours, closed = hours_of(sold, reserved, fair), ending.closing_of(fair)
    return FairFigures(
        fair,
        now,
        total=total,
        sales=len({one.sale_id for one in sold}),
        till_cents=sum(one.cents for one in sold),
        sellers=sellers,
        segments=_segments(cells),
        methods=methods_of(cells, given),
        hours=hours,
        unhoured_cents=total.spot_cents - sum(hour.cents for hour in hours),
        reservations=_reservations(reserved),
        places=_places(counting.offers(fair.id), stands),
        coverage=_coverage(sellers),
        money=money_of(given),
        returned=counting.returned(fair.id),
        notes=notes.of_fair(fair.id, fair.division_id),
        doubts=[each for each in doubts if each.outcome is None],
        tills=[(till, told[till.id]) for till in bound],
        drawers=_drawers(bound),
        closed=closed,
        late=ending.late_of(fair, closed),
    )


def _drawers(bound: Iterable[Till]) -> list[tuple[Till, Drawer]]:
    """Return what is told of the drawers of the common desk."""
    desk = [till for till in bound if till.enterprise_id is None]
    told = till_accounts.drawers(till.id for till in desk) if desk else {}
    return [(till, told[till.id]) for till in desk]


def span_of(fair: Fair) -> tuple[datetime, datetime]:
    """Return when a fair opens on its first day, and closes on its last."""
    first, last = fair.days[0], fair.days[-1]
    zone = fair.time_zone
    return instant_of(first.day, first.opens, zone), instant_of(last.day, last.closes, zone)


def _sellers(
    cells: Sequence[Cell], sold: Iterable[Sold], stands: Iterable[Stand], doubts: Iterable[Doubt]
) -> list[Seller]:
    """Return who had a stall in the order of the stalls, then who sold there without one."""
    theirs: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        theirs[cell.key or 0].append(cell)
    sales, open_doubts = _counted(sold), _counted_doubts(doubts)
    stood = {stand.enterprise_id: stand for stand in stands}
    strangers = {
        key: Stand(key, own[-1].name, own[-1].segment, "", None)
        for key, own in theirs.items()
        if key not in stood
    }
    return [
        Seller(
            key,
            theirs[key][-1].name if theirs[key] else stand.name,  # as it was called then
            stand.segment,
            stand.stall,
            stand.mark,
            sums_of(theirs[key]),
            sales.get(key, 0),
            any(_tells(cell) for cell in theirs[key]),
            open_doubts.get(key, 0),
        )
        for key, stand in (stood | strangers).items()
    ]


def _tells(cell: Cell) -> bool:
    """Whether it says what was sold there: a reservation says nothing of that."""
    return cell.channel in (*SPOT, Channel.EXCHANGE) or cell.confidence in TOLD


def _counted(sold: Iterable[Sold]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for one in sold:
        counts[one.enterprise_id] += 1
    return counts


def _counted_doubts(doubts: Iterable[Doubt]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for one in doubts:
        counts[one.enterprise_id] += one.number if one.outcome is None else 0
    return counts


def _segments(cells: Iterable[Cell]) -> list[tuple[Segment, Sums]]:
    of: dict[Segment, list[Cell]] = defaultdict(list)
    for cell in cells:
        of[cell.segment].append(cell)
    found = [(segment, sums_of(own)) for segment, own in of.items()]
    return sorted(found, key=lambda pair: (-pair[1].total_cents, pair[0].value))


def _reservations(reserved: Sequence[Reserved]) -> Reservations:
    states = [order.state for order in reserved]
    handed = sum(state in GIVEN for state in states)
    waiting = sum(state in SEEN for state in states)
    missed = states.count(State.NO_SHOW)
    return Reservations(handed, waiting, missed, len(states) - handed - waiting - missed)


def _places(offers: Sequence[Offer], stands: Sequence[Stand]) -> Places:
    marks = [stand.mark for stand in stands]
    states = {offer.state: offer.number for offer in offers if offer.state}
    given = states.get(PlaceState.HELD, 0) if offers else len(stands)
    return Places(
        offers[0].places if offers else given,
        given,
        marks.count(Mark.PRESENT),
        marks.count(Mark.EXCUSED),
        marks.count(Mark.ABSENT),
        marks.count(None),
        states.get(PlaceState.GIVEN_UP, 0),
        states.get(PlaceState.TAKEN_BACK, 0),
    )


def _coverage(sellers: Iterable[Seller]) -> Coverage:
    """Count the stalls that came; one that was marked absent and sold did come."""
    gone = (Mark.ABSENT, Mark.EXCUSED)
    came = [each for each in sellers if each.has_told or (each.stall and each.mark not in gone)]
    silent = [each.name for each in came if not each.has_told]
    return Coverage(len(came) - len(silent), len(came), silent)
