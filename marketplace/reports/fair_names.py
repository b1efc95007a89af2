"""How a fair's figures are told: in plain sentences, and in a sheet that can be added up."""

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext, ngettext

from marketplace.core.formats import day, instant
from marketplace.core.look import SEGMENTS
from marketplace.core.money import format_cents
from marketplace.core.sheets.writing import reais
from marketplace.enterprises.models import Segment
from marketplace.fairs import end_labels
from marketplace.fairs.labels import MARKS
from marketplace.fairs.till_labels import KINDS
from marketplace.payments.labels import METHODS
from marketplace.payments.models.payments import Method
from marketplace.reports.fair_figures import FairFigures, Seller
from marketplace.reports.fair_hours import Hour
from marketplace.reports.fair_sums import Sums

NAMED = 6  # stalls that a sentence names


def method_name(method: str) -> str:
    known = {kind.value: name for kind, name in METHODS.items()}
    return str(known.get(method, method)) if method else gettext("Not told")


def segment_name(segment: Segment | None) -> str:
    return str(SEGMENTS[segment.value].name) if segment else gettext("Other segments together")


def hour_name(at: Hour, days: int) -> str:
    """Return what an hour is called: with its day where the fair has several."""
    hour = gettext("%(hour)s h", hour=at.hour)
    return f"{day(at.day)}, {hour}" if days > 1 else hour


def bars(hours: list[Hour]) -> tuple[list[str], list[int]]:
    """Return what the chart of hours draws: their names, and whole reais sold on the spot."""
    labels = [gettext("%(hour)s h", hour=hour.hour) for hour in hours]
    return labels, [max(0, round(Decimal(hour.cents) / 100)) for hour in hours]


def ended(figures: FairFigures) -> str:
    """Return whether the fair is closed, and what came after, in a sentence or two."""
    closed = figures.closed
    if closed is None:
        return str(gettext("The fair is not closed yet."))
    when = instant(closed.moved_at, figures.fair.time_zone)
    told = [gettext("The fair was closed on %(when)s.", when=when)]
    if figures.late.is_something:
        told.append(end_labels.came_late(figures.late))
    return " ".join(told)


def not_known(figures: FairFigures) -> list[str]:
    """Return what these figures do not tell, a sentence each, the weightiest first."""
    return [*_not_told(figures), *_not_sure(figures)]


def _not_told(figures: FairFigures) -> Iterator[str]:
    if figures.missing:
        yield ngettext(
            "%(num)s sale has not arrived from its till: the totals may grow.",
            "%(num)s sales have not arrived from their tills: the totals may grow.",
            figures.missing,
        )
    if silent := figures.coverage.silent:
        names = ", ".join(silent[:NAMED]) + (" …" if len(silent) > NAMED else "")
        yield ngettext(
            "%(num)s stall told nothing: %(names)s.",
            "%(num)s stalls told nothing: %(names)s.",
            len(silent),
            names=names,
        )
    if unmarked := figures.places.unmarked:
        yield ngettext(
            "Nobody noted whether %(num)s group came.",
            "Nobody noted whether %(num)s groups came.",
            unmarked,
        )
    if waiting := figures.reservations.open:
        yield ngettext(
            "%(num)s reservation is neither handed over nor called off.",
            "%(num)s reservations are neither handed over nor called off.",
            waiting,
        )


def _not_sure(figures: FairFigures) -> Iterator[str]:
    money, told = figures.money, figures.total.told_cents
    if money.waiting:
        yield gettext(
            "Nobody has said yet whether %(amount)s by Pix to the stalls arrived.",
            amount=format_cents(money.waiting),
        )
    if money.missing:
        yield gettext(
            "%(amount)s by Pix to the stalls did not arrive; it is in the sales.",
            amount=format_cents(money.missing),
        )
    if told:
        yield gettext(
            "%(amount)s are totals that somebody told, without products.",
            amount=format_cents(told),
        )
    if figures.unhoured_cents:
        yield gettext(
            "The hour of %(amount)s sold on the spot is not known.",
            amount=format_cents(figures.unhoured_cents),
        )


def counts(figures: FairFigures) -> dict[str, int]:
    """Return what was counted beside money, by its name."""
    places, kept, came = figures.places, figures.reservations, figures.coverage
    return {
        gettext("Places offered"): places.offered,
        gettext("Places given"): places.given,
        gettext("Places used"): places.used,
        gettext("Stalls that told what they sold"): came.told,
        gettext("Stalls that were there"): came.expected,
        gettext("Reservations"): kept.kept,
        gettext("Reservations handed over"): kept.handed,
        gettext("Reservations not collected"): kept.missed,
    }


def notes(figures: FairFigures) -> dict[str, int]:
    """Return what is told of notes of a social currency, in centavos; nothing where none are."""
    told, all_ = figures.notes.here, figures.notes.all
    if not (all_.issued_cents or all_.redeemed_cents):
        return {}
    taken = dict(figures.methods).get(Method.SOCIAL.value, 0)
    return {
        gettext("Given out for reais at this fair"): told.issued_cents,
        gettext("Taken in sales of this fair"): taken,
        gettext("Taken back for reais at this fair"): told.redeemed_cents,
        gettext("In circulation, with as much kept in reais"): all_.circulating_cents,
    }


def headers() -> list[str]:
    return [
        *(gettext("Part"), gettext("Name"), gettext("Stall"), gettext("Attendance")),
        *(gettext("Number"), gettext("Pieces"), gettext("On the spot (R$)")),
        *(gettext("Reservations (R$)"), gettext("Exchanges and other (R$)")),
        *(gettext("Sales (R$)"), gettext("Orders taken (R$)"), gettext("Sales volume (R$)")),
        *(gettext("Handed over of orders taken (R$)"), gettext("To the makers (R$)")),
        *(gettext("Volume with open price (R$)"), gettext("Differences to settle")),
    ]


NUMBERS = range(4, 16)


def sheet(figures: FairFigures, remarks: list[str]) -> list[list[str]]:
    """Return the whole report as rows of one sheet; ``Part`` says what a row is about."""
    return [
        _row(gettext("Fair"), figures.fair.name, number=figures.sales, sums=figures.total),
        _row(gettext("Closing"), ended(figures)),
        *(_seller_row(seller) for seller in figures.sellers),
        *(
            _row(gettext("Segment"), segment_name(segment), sums=sums)
            for segment, sums in figures.segments
        ),
        *_money_rows(figures),
        *_counted_rows(figures),
        *(_row(gettext("Remark"), words) for words in remarks),
        *(_row(gettext("Not known"), sentence) for sentence in not_known(figures)),
    ]


def _seller_row(seller: Seller) -> list[str]:
    mark = str(MARKS[seller.mark]) if seller.mark else ""
    row = _row(gettext("Enterprise"), seller.name, number=seller.sales, sums=seller.sums)
    return [*row[:2], seller.stall, mark, *row[4:-1], str(seller.doubts)]


def _money_rows(figures: FairFigures) -> Iterator[list[str]]:
    for method, cents in figures.methods:
        yield _with(_row(gettext("Way of paying"), method_name(method)), sales=cents)
    for name, cents in notes(figures).items():
        yield _with(_row(gettext("Social currency"), name), sales=cents)
    for hour in figures.hours:
        name = hour_name(hour, len(figures.fair.days))
        yield _with(_row(gettext("Hour"), name, number=hour.sales), spot=hour.cents)


def _counted_rows(figures: FairFigures) -> Iterator[list[str]]:
    for name, number in counts(figures).items():
        yield _row(gettext("Count"), name, number=number)
    for doubt in figures.doubts:
        kind = str(KINDS[doubt.kind][0])
        yield _row(gettext("Difference to settle"), kind, number=doubt.number)


def _row(
    part: str,
    name: str,
    *,
    number: int | None = None,
    sums: Sums | None = None,
) -> list[str]:
    counted = "" if number is None else str(number)
    return [part, name, "", "", counted, *_amounts(sums), ""]


def _amounts(sums: Sums | None) -> list[str]:
    if sums is None:
        return [""] * 10
    amounts = (
        *(sums.spot_cents, sums.reserved_cents, sums.exchanged_cents + sums.other_cents),
        *(sums.sales_cents, sums.orders_cents, sums.total_cents),
        *(sums.handed_cents, sums.makers_cents, sums.composed_cents),
    )
    return [str(sums.pieces), *(reais(cents) for cents in amounts)]


def _with(row: list[str], *, spot: int | None = None, sales: int | None = None) -> list[str]:
    """Return a row with one of its amounts, in centavos."""
    changed = list(row)
    for place, cents in ((6, spot), (9, sales)):
        if cents is not None:
            changed[place] = reais(cents)
    return changed
