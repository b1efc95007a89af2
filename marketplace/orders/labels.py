"""How the words of the orders are shown."""

from flask_babel import lazy_gettext as _

from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Way
from marketplace.payments.models.payments import Method

STATES = {
    State.AWAITING: _("Waits for payment"),
    State.PLACED: _("Waits for an answer"),
    State.ACCEPTED: _("Accepted"),
    State.READY: _("Ready"),
    State.DISPATCHED: _("On its way"),
    State.HANDED_OVER: _("Handed over"),
    State.NOT_PAID: _("Not paid in time"),
    State.REFUSED: _("Refused"),
    State.LAPSED: _("Not answered in time"),
    State.CANCELLED: _("Cancelled"),
    State.NO_SHOW: _("Not collected"),
    State.WITHDRAWN: _("Given back"),
    State.VOIDED: _("Undone at the till"),
}
BADGES = {
    State.AWAITING: ("warn", "qrcode"),
    State.PLACED: ("warn", "clock"),
    State.ACCEPTED: ("info", "package"),
    State.READY: ("ok", "check"),
    State.DISPATCHED: ("info", "truck-delivery"),
    State.HANDED_OVER: ("ok", "circle-check"),
    State.NOT_PAID: ("err", "hourglass"),
    State.REFUSED: ("err", "circle-x"),
    State.LAPSED: ("err", "hourglass"),
    State.CANCELLED: ("err", "ban"),
    State.NO_SHOW: ("err", "x"),
    State.WITHDRAWN: ("", "arrow-back-up"),
    State.VOIDED: ("", "arrow-back-up"),
}
EVENTS = {
    **{state.value: name for state, name in STATES.items()},
    State.AWAITING.value: _("Ordered, to be paid"),
    State.PLACED.value: _("Ordered"),
    "window_changed": _("Another time"),
    "day_changed": _("Another day"),
    "less": _("Less than was reserved"),
    "revived": _("Set apart once more"),
    "without_code": _("Handed over without the code"),
    "refunded": _("Money given back"),
    "goods_back": _("Goods came back"),
}
ACTED_AS = {
    "buyer": _("the buyer"),
    "member": _("the group"),
    "manager": _("the group"),
    "facilitator": _("a facilitator"),
    "stall_till": _("the stall"),
    "desk_till": _("the common desk"),
    "articulation": _("the Division"),
    "head": _("the Division"),
    "house": _("the system"),
}
WAYS = {
    Way.COLLECTION: _("At the fair"),
    Way.POINT: _("At a service point"),
    Way.DELIVERY: _("Delivery"),
    Way.STALL: _("At the stall"),
    Way.DESK: _("At the fair's common desk"),
}
METHOD_TEXTS = {
    Method.CASH: _("Each group gets its part in your hand-over"),
    Method.OWN_PIX: _("One code for each group, straight to who makes it; the stall confirms"),
    Method.PIX: _("You pay now, one code for all; what a group cannot deliver comes back to you"),
    Method.CARD: _(
        "You pay now, on a page of the bank; what a group cannot deliver comes back to the card"
    ),
    Method.BOLETO: _(
        "You pay within two working days; the bank takes up to two more to tell that it arrived"
    ),
}
METHOD_ICONS = {
    Method.CASH: "cash",
    Method.OWN_PIX: "qrcode",
    Method.PIX: "qrcode",
    Method.CARD: "credit-card",
    Method.BOLETO: "receipt",
    Method.MACHINE: "credit-card",
    Method.SOCIAL: "coin",
    Method.BARTER: "refresh",
    Method.MIXED: "cash",
}


def cpf(digits: str) -> str:
    """Show the eleven digits as people read them: ``529.982.247-25``."""
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def cnpj(characters: str) -> str:
    """Show the fourteen characters as people read them: ``12.ABC.345/01DE-35``."""
    start = f"{characters[:2]}.{characters[2:5]}.{characters[5:8]}"
    return f"{start}/{characters[8:12]}-{characters[12:]}"
