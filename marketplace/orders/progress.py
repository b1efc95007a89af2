"""How far a purchase has come, told as the steps of a timeline."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import formats
from marketplace.orders import plan_words
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import Way
from marketplace.orders.models.states import FAILED
from marketplace.payments.models.payments import DIRECT

ANSWERED = (State.ACCEPTED, State.READY, State.DISPATCHED, State.HANDED_OVER, State.WITHDRAWN)
SET_APART = ANSWERED[1:]
RECEIVED = (State.HANDED_OVER, State.WITHDRAWN)


class Step(NamedTuple):
    """As the macro `timeline` takes it; ``state`` is done, now or empty."""

    title: str
    text: str
    state: str
    icon: str


def steps(purchase: Purchase) -> list[Step]:
    """Return the way of a purchase from order to receipt; what came to nothing is left out."""
    going = [o for o in purchase.orders if o.state not in FAILED and o.state is not State.NO_SHOW]
    zone = purchase.orders[0].time_zone
    placed = (_("Ordered"), formats.instant(purchase.placed_at, zone), True, "check")
    if not going:
        ended = _("Nothing of it will be handed over, and you pay nothing.")
        if any(order.is_prepaid for order in purchase.orders):
            ended = _("Nothing of it will be handed over. What you paid goes back to you.")
        return [Step(placed[0], placed[1], "done", "check"), Step(_("Ended"), ended, "now", "x")]
    online = [order for order in going if order.method not in DIRECT]
    paying = [_payment(online)] if online else []
    return _numbered([placed, *paying, _answer(going), _setting_apart(going), _receipt(going)])


def where(order: Order) -> str:
    """Say where and when an order changes hands."""
    if order.collection:
        if order.window is None:
            return plan_words.fair(order.collection).removesuffix(".")
        hours = plan_words.span(order.window, order.time_zone)
        return f"{formats.day(order.collection.day)}, {hours}, {order.collection.place}"
    if order.point and order.collect_on:
        hours = plan_words.point_hours(order.point, order.collect_on)
        return f"{formats.day(order.collect_on)}, {hours}, {order.point.name}"
    return str(_("at %(address)s", address=order.address))


def stall(order: Order) -> str:
    """Return the number of the stall at which an order waits; empty where there is none."""
    return order.seller.stall if order.seller else ""


def reason(order: Order) -> str:
    """Return what was written when the order came to the state it is in."""
    if order.state in (State.AWAITING, State.PLACED):
        return ""
    told = [event.reason for event in order.events if event.kind == order.state.value]
    return told[-1] if told else ""


def _numbered(found: list[tuple[str, str, bool, str]]) -> list[Step]:
    """Return the steps, the first one not done being the one of now."""
    first = next((i for i, step in enumerate(found) if not step[2]), len(found))
    states = ["done" if i < first else "now" if i == first else "" for i in range(len(found))]
    return [Step(s[0], s[1], state, s[3]) for s, state in zip(found, states, strict=True)]


def _payment(orders: list[Order]) -> tuple[str, str, bool, str]:
    until = [order.pay_by for order in orders if order.pay_by]
    if not until:
        return str(_("You paid")), "", True, "check"
    when = formats.instant(min(until), orders[0].time_zone)
    return str(_("You pay")), str(_("until %(when)s", when=when)), False, "qrcode"


def _answer(orders: list[Order]) -> tuple[str, str, bool, str]:
    waiting = [order for order in orders if order.state not in ANSWERED]
    if not waiting:
        names = ngettext("The group accepted", "The groups accepted", len(orders))
        return str(names), "", True, "check"
    title = ngettext("The group answers", "The groups answer", len(orders))
    placed = [order for order in waiting if order.state is State.PLACED]
    if not placed:  # their term begins once they are paid
        return str(title), "", False, "clock"
    until = min(order.answer_by for order in placed)
    text = _("until %(when)s", when=formats.instant(until, waiting[0].time_zone))
    if len(waiting) < len(orders):
        said = len(orders) - len(waiting)
        text = f"{_of(said, len(orders))}, {text}"
    return str(title), str(text), False, "clock"


def _setting_apart(orders: list[Order]) -> tuple[str, str, bool, str]:
    ready = [order for order in orders if order.state in SET_APART]
    if len(ready) == len(orders):
        return str(_("Your order is ready")), "", True, "package"
    title = ngettext("The group sets it apart", "The groups set it apart", len(orders))
    return str(title), _of(len(ready), len(orders)) if ready else "", False, "package"


def _receipt(orders: list[Order]) -> tuple[str, str, bool, str]:
    received = [order for order in orders if order.state in RECEIVED]
    if len(received) == len(orders):
        last = max(order.handed_over_at for order in received if order.handed_over_at)
        return str(_("You received it")), formats.instant(last, orders[0].time_zone), True, "check"
    delivered = all(order.way is Way.DELIVERY for order in orders)
    at_fair = all(order.way is Way.COLLECTION for order in orders)
    title = _("Collect it at the fair") if at_fair else _("Collect it")
    open_ones = [order for order in orders if order.state not in RECEIVED]
    places = "; ".join(dict.fromkeys(_with_stalls(open_ones)))
    if delivered:
        on_its_way = any(order.state is State.DISPATCHED for order in orders)
        title = _("It is on its way") if on_its_way else _("It is brought to you")
    return str(title), places, False, "truck-delivery" if delivered else "map-pin"


def _with_stalls(orders: list[Order]) -> list[str]:
    """Return each place once, with the stalls to go to there."""
    places: dict[str, list[str]] = {}
    for order in orders:
        places.setdefault(where(order), []).extend(filter(None, [stall(order)]))
    return [place + _stalls(stalls) for place, stalls in places.items()]


def _stalls(stalls: list[str]) -> str:
    if not stalls:
        return ""
    in_order = ", ".join(sorted(stalls, key=lambda stall: (len(stall), stall)))
    several = ngettext("stall %(stalls)s", "stalls %(stalls)s", len(stalls), stalls=in_order)
    return f", {several}"


def _of(some: int, everything: int) -> str:
    return str(_("%(some)s of %(all)s", some=some, all=everything))
