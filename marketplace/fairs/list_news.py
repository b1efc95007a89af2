"""What an enterprise is told when reservations closed: its list, in the panel, by mail, as text."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core import formats
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries as enterprises
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.lists import ClosingList
from marketplace.fairs.queries.closing import Piece
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.orders.models.orders import Order

register(
    "fair_list",
    title=_("%(enterprise)s: what to bring to %(fair)s"),
    body=_(
        "Reservations are closed. Orders: %(orders)s. Pieces: %(pieces)s. %(goods)s. The list to"
        " print is on this page."
    ),
)
register(
    "fair_list_unpaid",
    title=_("%(enterprise)s: what to bring to %(fair)s"),
    body=_(
        "Reservations are closed. Orders: %(orders)s. Pieces: %(pieces)s. %(goods)s. Orders that"
        " wait for their payment: %(unpaid)s. Look at the list again before you go."
    ),
)
register(
    "fair_list_none",
    title=_("%(enterprise)s: nobody reserved for %(fair)s"),
    body=_("Reservations are closed, and no order is for you. See you at the fair!"),
)


def path_of(fair_id: int) -> str:
    return f"/painel/feiras/{fair_id}/lista"


def tell_list(one: ClosingList, goods: Sequence[Piece], *, now: datetime) -> None:
    """Tell those of an enterprise what it is to bring; the same list is told once."""
    facts: dict[str, Any] = {
        "fair": one.fair.name,
        "enterprise": one.enterprise.name,
        "orders": one.orders,
        "pieces": one.pieces,
        "goods": summed(goods),
        "unpaid": one.unpaid,
    }
    kind = "fair_list_unpaid" if one.unpaid else "fair_list" if one.orders else "fair_list_none"
    told = enterprises.user_ids_of(one.enterprise_id)
    tell(told, kind, facts, path_of(one.fair_id), key=one.key, by=HOUSE, now=now)


def summed(goods: Iterable[Piece]) -> str:
    """Return what is to be brought on all days together, in a line."""
    total: dict[str, int] = {}
    for piece in goods:
        total[piece.name] = total.get(piece.name, 0) + piece.pieces
    return ", ".join(f"{number} × {name}" for name, number in sorted(total.items()))  # noqa: RUF001


def text_of(fair: Fair, enterprise: str, goods: Sequence[Piece], orders: Sequence[Order]) -> str:
    """Return a list as a text to pass on: codes and goods, and no buyer's name."""
    days = sorted({piece.day for piece in goods})
    lines = [f"*{fair.name}*", enterprise, gettext("Orders: %(n)s", n=len(orders))]
    for day in days:
        lines += ["", f"*{formats.long_day(day)}*"]
        lines += [f"{p.pieces} × {p.name}" for p in goods if p.day == day]  # noqa: RUF001
    lines += ["", *(_order_line(order) for order in orders), "", _link(fair)]
    return "\n".join(lines)


def _order_line(order: Order) -> str:
    goods = ", ".join(f"{line.charged} × {line.name}" for line in order.lines if line.charged)  # noqa: RUF001
    paid = gettext("paid") if order.is_prepaid else format_cents(order.total_cents)
    return f"{order.code}: {goods} · {paid}"


def _link(fair: Fair) -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/") + path_of(fair.id)
