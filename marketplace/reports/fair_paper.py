"""A fair's report, and the sheet for its exhibitors, as the data of a printed sheet."""

from typing import Any

from flask_babel import gettext, ngettext

from marketplace.core.formats import instant, long_day
from marketplace.core.money import format_cents
from marketplace.fairs.labels import MARKS
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.queries.till_accounts import Drawer
from marketplace.fairs.till_labels import KINDS
from marketplace.reports import fair_names as names
from marketplace.reports.fair_figures import FairFigures, Seller
from marketplace.reports.fair_shown import Together
from marketplace.reports.fair_sums import Sums

Part = dict[str, Any]


def report(figures: FairFigures, remarks: list[str]) -> dict[str, Any]:
    """Return the report as data: what its page says, in the same order."""
    fair, told = figures.fair, figures.coverage
    seen = gettext("As of %(when)s.", when=instant(figures.as_of, fair.time_zone))
    came = gettext("%(n)s of %(all)s stalls told what they sold.", n=told.told, all=told.expected)
    groups = [_group(seller) for seller in figures.sellers]
    segments = [[names.segment_name(one), *_amounts(sums)] for one, sums in figures.segments]
    parts = [
        _table(gettext("What was sold"), [gettext("What"), gettext("Amount")], _sold(figures)),
        _table(gettext("By group"), [gettext("Group"), *_columns()], groups),
        _table(gettext("By segment"), [gettext("Segment"), *_columns()], segments),
        *_ways(figures),
        _table(gettext("Social currency"), [gettext("What"), gettext("Amount")], _notes(figures)),
        *_drawers(figures),
        _table(gettext("Places"), [gettext("What"), gettext("Number")], _counts(figures)),
        _list(gettext("Differences to settle"), _doubts(figures)),
        _list(gettext("What visitors say"), remarks),
        _list(gettext("What this does not tell"), names.not_known(figures)),
    ]
    return _sheet(fair, fair.name, [came, seen, names.ended(figures)], parts)


def summary(fair: Fair, all_: Together) -> dict[str, Any]:
    """Return the sheet for exhibitors as data: no single group's figures."""
    thanks = gettext("Thank you for this fair")
    said = _said(all_.remarks) if all_.remarks else []
    if all_.total_cents is None:
        few = gettext(
            "Fewer than three groups sold something. A total would tell what one of them sold."
        )
        return _sheet(fair, fair.name, [thanks, few, *said], [])
    rows = [[names.segment_name(one.segment), format_cents(one.cents)] for one in all_.shares]
    rows.append([gettext("Total"), format_cents(all_.total_cents)])
    columns = [gettext("Segment"), gettext("Amount")]
    notes = [
        thanks,
        ngettext("From %(num)s group.", "From %(num)s groups.", all_.sellers),
        gettext("No sum here tells what a single group sold: each is of three groups or more."),
        *said,
    ]
    told = _table(gettext("What all sold together"), columns, rows)
    return _sheet(fair, fair.name, notes, [told])


def _said(number: int) -> list[str]:
    return [
        ngettext(
            "Visitors left us %(num)s remark. Ask the Division for it.",
            "Visitors left us %(num)s remarks. Ask the Division for them.",
            number,
        )
    ]


def _sheet(fair: Fair, title: str, notes: list[str], parts: list[Part]) -> dict[str, Any]:
    days = "; ".join(long_day(day.day) for day in fair.days)
    full = [part for part in parts if part.get("rows") or part.get("items")]
    return {
        "title": title,
        "notes": [f"{fair.place} · {days}", *notes],
        "parts": full,
        "foot": fair.division.name,
    }


def _table(title: str, columns: list[str], rows: list[list[str]]) -> Part:
    return {"title": title, "columns": columns, "rows": rows}


def _list(title: str, items: list[str]) -> Part:
    return {"title": title, "items": items}


def _columns() -> list[str]:
    return [
        *(gettext("Pieces"), gettext("On the spot"), gettext("Reservations")),
        *(gettext("Orders taken"), gettext("Volume")),
    ]


def _amounts(sums: Sums) -> list[str]:
    amounts = (sums.spot_cents, sums.reserved_cents, sums.orders_cents, sums.total_cents)
    return [str(sums.pieces), *(format_cents(cents) for cents in amounts)]


def _group(seller: Seller) -> list[str]:
    stall = gettext("Stall %(n)s", n=seller.stall) if seller.stall else gettext("without a stall")
    absent = f", {MARKS[seller.mark]}" if seller.mark and not seller.has_told else ""
    return [f"{seller.name} ({stall}{absent})", *_amounts(seller.sums)]


def _sold(figures: FairFigures) -> list[list[str]]:
    total = figures.total
    rows = {
        gettext("Sold on the spot"): total.spot_cents,
        gettext("Reservations, paid before or at the hand-over"): total.reserved_cents,
        gettext("Exchanges"): total.exchanged_cents,
        gettext("Other sales"): total.other_cents,
        gettext("Orders taken"): total.orders_cents,
        gettext("Sales volume"): total.total_cents,
    }
    shown = [[name, format_cents(cents)] for name, cents in rows.items() if cents]
    back = figures.returned
    if back.times:
        name = gettext("Brought back to tills")
        shown.append([f"{name} ({back.times})", format_cents(back.cents)])
    if back.exchanges:
        shown.append([gettext("Of this, exchanged for other pieces"), str(back.exchanges)])
    return [*shown, [gettext("Sales at tills"), str(figures.sales)]]


def _ways(figures: FairFigures) -> list[Part]:
    paid = [[names.method_name(way), format_cents(cents)] for way, cents in figures.methods]
    days = len(figures.fair.days)
    hours = [
        [names.hour_name(hour, days), str(hour.sales), format_cents(hour.cents), str(hour.handed)]
        for hour in figures.hours
    ]
    columns = [gettext("Hour"), gettext("Sales"), gettext("On the spot")]
    return [
        _table(gettext("How it was paid"), [gettext("Way of paying"), gettext("Amount")], paid),
        _table(gettext("By hour"), [*columns, gettext("Orders handed over")], hours),
    ]


def _drawers(figures: FairFigures) -> list[Part]:
    """Return the drawers of the common desk, and what they have beside cash."""
    apart = [
        [till.user.name, *map(format_cents, (drawer.social_cents, drawer.barter_cents))]
        for till, drawer in figures.drawers
        if drawer.social_cents or drawer.barter_cents
    ]
    cash = [[till.user.name, *_drawer(drawer)] for till, drawer in figures.drawers]
    columns = [gettext("Who"), gettext("Expected"), gettext("Counted"), gettext("Difference")]
    beside = [gettext("Who"), gettext("Social currency"), gettext("Goods in exchange")]
    return [
        _table(gettext("Drawers of the common desk"), [*columns, gettext("Why")], cash),
        _table(gettext("In these drawers, beside cash"), beside, apart),
    ]


def _drawer(drawer: Drawer) -> list[str]:
    counted, off = drawer.counted_cents, drawer.difference_cents
    return [
        format_cents(drawer.due_cents),
        gettext("not yet") if counted is None else format_cents(counted),
        "" if off is None else format_cents(off),
        drawer.reason,
    ]


def _notes(figures: FairFigures) -> list[list[str]]:
    return [[name, format_cents(cents)] for name, cents in names.notes(figures).items()]


def _counts(figures: FairFigures) -> list[list[str]]:
    return [[name, str(number)] for name, number in names.counts(figures).items()]


def _doubts(figures: FairFigures) -> list[str]:
    called = {seller.enterprise_id: seller.name for seller in figures.sellers}
    return [
        f"{called.get(one.enterprise_id, '')}: {KINDS[one.kind][0]} ({one.number})"
        for one in figures.doubts
    ]
