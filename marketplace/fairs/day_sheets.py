"""What is read and filled in at the stalls on a fair's day: lists, counts, sales, as PDF."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from marketplace.core import pdf
from marketplace.core.formats import hour, instant, long_day
from marketplace.core.money import format_cents
from marketplace.fairs.models.fairs import Fair, FairDay
from marketplace.fairs.posters import place_of
from marketplace.fairs.queries.papers import Pieces
from marketplace.orders.models.orders import Order

NO_TIME = "–"  # noqa: RUF001


def reservations(day: FairDay, orders: Sequence[Order], now: datetime) -> bytes:
    """Return who collects what and when: a page for each stall, which sees its own alone.

    Names and numbers of orders; neither telephones nor the codes that prove who somebody is.
    """
    stalls = {each.enterprise_id: each.stall for each in day.fair.exhibitors}
    theirs = groupby(sorted(orders, key=_seller), key=_seller)
    told = {
        "title": _("Reservations, %(day)s", day=long_day(day.day)),
        "columns": [_("Handed over"), _("Time"), _("Order"), _("Who"), _("What"), _("To be paid")],
        "none": _("Nothing is reserved."),
        "stalls": [
            {"title": _stall(stalls.get(seller_id, ""), name), "rows": [*map(_row, rows)]}
            for (_folded, seller_id, name), rows in theirs
        ],
        "foot": _foot(day.fair, now),
    }
    return pdf.render("fairs/reservations", told)


def closing(day: FairDay, pieces: Iterable[Pieces], now: datetime) -> bytes:
    """Return a page for each stall on which the day is counted: pieces, money, what was said."""
    reserved: dict[int, list[list[str]]] = {}
    for each in pieces:
        reserved.setdefault(each.enterprise_id, []).append([each.name, str(each.pieces)])
    told = {
        "title": _("Closing of the day, %(day)s", day=long_day(day.day)),
        "stalls": [
            {
                "title": _stall(each.stall, each.enterprise.name),
                "pieces": reserved.get(each.enterprise_id, []),
            }
            for each in day.fair.exhibitors
        ],
        "words": _words_of_closing(),
        "foot": _foot(day.fair, now),
    }
    return pdf.render("fairs/closing", told)


def blank(fair: Fair) -> bytes:
    """Return the sheet on which a stall writes its sales where no till is, to be typed later.

    **Source:** the Division's "planilha de vendas": enterprise, product, quantity, value, how it
    was paid, orders taken, exchanges, visitors' remarks.
    """
    told = {
        "title": _("Sheet of sales, %(fair)s", fair=fair.name),
        "place": place_of(fair),
        "day": long_day(fair.days[0].day) if len(fair.days) == 1 else "",
        "words": _words_of_sales(),
    }
    return pdf.render("fairs/blank", told)


def _seller(order: Order) -> tuple[str, int, str]:
    return order.enterprise.folded, order.enterprise_id, order.enterprise.name


def _stall(number: str, name: str) -> str:
    return f"{_('Stall %(n)s', n=number)} · {name}" if number else name


def _row(order: Order) -> list[str]:
    return [
        hour(order.window.starts_at, order.time_zone) if order.window else NO_TIME,
        order.code,
        order.purchase.buyer_name,
        "\n".join(f"{line.charged} × {line.name}" for line in order.lines),  # noqa: RUF001
        _("Paid") if order.is_prepaid else format_cents(order.total_cents),
    ]


def _foot(fair: Fair, now: datetime) -> str:
    printed: str = _("printed %(when)s", when=instant(now, fair.time_zone))
    return f"{fair.name} · {printed}"


def _words_of_closing() -> dict[str, Any]:
    return {
        "pieces": _("Reserved pieces"),
        "piece_columns": [_("Product"), _("Reserved"), _("Handed over"), _("Not collected")],
        "none": _("Nothing is reserved."),
        "cash": _("Count of the cash"),
        "cash_rows": [
            _("Change at the beginning"),
            _("Sales in cash"),
            _("Taken out during the day"),
            _("Expected in the box"),
            _("Counted in the box"),
            _("Difference, and why"),
        ],
        "totals": _("Sales of the day"),
        "total_columns": [_("How it was paid"), _("How many sales"), _("Value (R$)")],
        "total_rows": [*_ways(), _("Orders taken"), _("Goods in exchange")],
        "remarks": _("What visitors said"),
        "signed": [_("Who sold"), _("Who received this sheet")],
    }


def _words_of_sales() -> dict[str, Any]:
    cash, pix, card, note = _ways()
    columns = ["", _("Time"), _("Product"), _("Code"), _("Quantity"), _("Value (R$)")]
    return {
        "fields": [_("Enterprise"), _("Stall"), _("Day"), _("Who wrote it")],
        "how": _("One line for each product sold. Mark with an X how it was paid."),
        "columns": [*columns, cash, pix, card, note, _("Order taken"), _("Exchange")],
        "total": _("Total"),
        "remarks": _("What visitors said"),
    }


def _ways() -> list[str]:
    return [_("Cash"), _("Pix"), _("Card machine"), _("Social currency")]
