"""What buyers and sellers are told about orders: the texts, and the facts that fill them."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _

from marketplace.notifications import messages
from marketplace.orders.models.orders import Order, Purchase
from marketplace.payments.models.payments import Method

TO_SELLERS = {
    "placed": (
        _("New order %(code)s"),
        _("%(buyer)s ordered %(goods)s, %(total_cents)s. Answer until %(answer_at)s."),
    ),
    "refused": (
        _("Order %(code)s was refused"),
        _("%(goods)s is on sale again. Why: %(reason)s"),
    ),
    "lapsed": (
        _("Order %(code)s was not answered in time"),
        _("We told %(buyer)s. %(goods)s is on sale again."),
    ),
    "cancelled": (
        _("Order %(code)s was cancelled"),
        _("Nobody will collect it. %(goods)s is on sale again. %(reason)s"),
    ),
    "no_show": (
        _("Nobody collected order %(code)s"),
        _("The time for it is over. %(goods)s is on sale again."),
    ),
    "withdrawn": (
        _("Order %(code)s is given back"),
        _(
            "%(buyer)s gives back %(goods)s. Take the goods, return %(total_cents)s"
            " and confirm it on the order."
        ),
    ),
    "withdrawn_prepaid": (
        _("Order %(code)s is given back"),
        _(
            "%(buyer)s gives back %(goods)s. Take the goods and confirm it on the order:"
            " the money goes back by itself."
        ),
    ),
    "changed": (
        _("Order %(code)s has another day or hour"),
        _("Look at it again before you prepare it."),
    ),
    "revived": (
        _("The buyer of order %(code)s comes after all"),
        _("Set %(goods)s apart again, until the end of the day."),
    ),
}
TO_BUYERS = {
    "revived": (
        _("Order %(code)s is kept for you again"),
        _("%(enterprise)s keeps %(goods)s until the end of the day. Bring the 6-digit code."),
    ),
    "placed_prepaid": (
        _("You paid for order %(code)s"),
        _("%(total_cents)s arrived. %(enterprise)s answers until %(answer_at)s."),
    ),
    "not_paid": (
        _("Order %(code)s was not paid in time"),
        _("It has ended, and %(goods)s is on sale again. You can order again."),
    ),
    "accepted": (
        _("%(enterprise)s accepted order %(code)s"),
        _("They are preparing %(goods)s. You will be told when it is ready."),
    ),
    "ready": (
        _("Order %(code)s is ready"),
        _("%(enterprise)s set apart %(goods)s. It costs %(total_cents)s. Bring the 6-digit code."),
    ),
    "dispatched": (
        _("Order %(code)s is on its way"),
        _("Have %(total_cents)s ready, and the 6-digit code."),
    ),
    "handed_over": (
        _("You received order %(code)s"),
        _("%(enterprise)s handed over %(goods)s, %(total_cents)s. Thank you!"),
    ),
    "refused": (
        _("%(enterprise)s cannot take order %(code)s"),
        _("You pay nothing. Why: %(reason)s"),
    ),
    "lapsed": (
        _("%(enterprise)s did not answer in time"),
        _("Order %(code)s has ended, and you pay nothing. You can order again."),
    ),
    "cancelled": (
        _("Order %(code)s is cancelled"),
        _("%(goods)s will not be handed over, and you pay nothing. %(reason)s"),
    ),
    "no_show": (
        _("Order %(code)s was not collected"),
        _("The time for it is over, and %(goods)s is on sale again."),
    ),
    "withdrawn": (
        _("We noted that you give back order %(code)s"),
        _("%(enterprise)s returns %(total_cents)s. Agree with them how the goods come back."),
    ),
    "ready_prepaid": (
        _("Order %(code)s is ready"),
        _("%(enterprise)s set apart %(goods)s. It is paid. Bring the 6-digit code."),
    ),
    "dispatched_prepaid": (
        _("Order %(code)s is on its way"),
        _("It is paid. Have the 6-digit code ready."),
    ),
    "refused_prepaid": (
        _("%(enterprise)s cannot take order %(code)s"),
        _("%(total_cents)s goes back to you. Why: %(reason)s"),
    ),
    "lapsed_prepaid": (
        _("%(enterprise)s did not answer in time"),
        _("Order %(code)s has ended. %(total_cents)s goes back to you."),
    ),
    "cancelled_prepaid": (
        _("Order %(code)s is cancelled"),
        _("%(goods)s will not be handed over. %(total_cents)s goes back to you. %(reason)s"),
    ),
    "no_show_prepaid": (
        _("Order %(code)s was not collected"),
        _("The time for it is over. %(total_cents)s goes back to you."),
    ),
    "withdrawn_prepaid": (
        _("We noted that you give back order %(code)s"),
        _("%(total_cents)s goes back to you. Agree with %(enterprise)s how the goods come back."),
    ),
    "changed": (
        _("Order %(code)s has another day or hour"),
        _("See on its page when and where you collect it."),
    ),
    "less": (
        _("There is less for order %(code)s"),
        _("%(enterprise)s has %(goods)s for you, for %(total_cents)s. Why: %(reason)s"),
    ),
    "refund_waits": (
        _("Order %(code)s: to which Pix key does your money go?"),
        _(
            "%(back_cents)s goes back to you by Pix: it cannot go back the way you paid. Write your"
            " Pix key on the page of the order."
        ),
    ),
    "refund_key_given": (
        _("Order %(code)s: a Pix key was noted"),
        _("%(back_cents)s goes to it. Was it not you? Tell the Division now."),
    ),
    "refund_confirmed_by_hand": (
        _("Order %(code)s: your money was given back"),
        _("%(back_cents)s went to your Pix key. Number of the proof: %(proof)s."),
    ),
}
REMINDERS = {
    Method.PIX: (
        _("Order %(code)s is not paid yet"),
        _("The Pix of %(total_cents)s lapses soon: %(until_at)s. Did you pay? Then all is well."),
    ),
    Method.BOLETO: (
        _("The boleto of order %(code)s is due today"),
        _(
            "Pay %(total_cents)s today, at a bank or in its app. Did you pay? Then wait:"
            " the bank may take two working days to tell us."
        ),
    ),
}
EVE = (
    _("Do not forget order %(code)s"),
    _(
        "Collect it at %(place)s: %(starts_at)s. Bring the 6-digit code: it is on the page of the"
        " order, and a photo of that page will do."
    ),
)
IN_LETTERS = {
    "pay": _("Pay until %(pay_at)s on its page. If you do not, it ends and you owe nothing."),
    "answer": _("They answer until %(answer_at)s. If they do not, it ends and you pay nothing."),
    "day": _("Collect it at %(place)s: %(day_on)s."),
    "window": _("Collect it at %(place)s: %(starts_at)s."),
}
HELLO = _("Hello, %(buyer)s!")
SEE = "%(link)s"


class Joined:
    """Lazy texts one after the other."""

    def __init__(self, *texts: Any) -> None:
        self.texts = texts

    def __str__(self) -> str:
        return " ".join(map(str, self.texts))


def register() -> None:
    """Enter the texts; each kind is ``sale_…`` for who sells and ``order_…`` for who buys."""
    for kind, (title, body) in TO_SELLERS.items():
        messages.register(
            f"sale_{kind}", title=title, body=body, whatsapp=Joined(title, "·", body, SEE)
        )
    for method, (title, body) in REMINDERS.items():
        messages.register(
            f"order_pay_{method}", title=title, body=body, whatsapp=Joined(title, "·", body, SEE)
        )
    title, body = EVE
    messages.register("order_eve", title=title, body=body, whatsapp=Joined(title, "·", body, SEE))
    for kind, text in IN_LETTERS.items():
        messages.register(f"letter_{kind}", title=text, body=text)
    for kind, (title, body) in TO_BUYERS.items():
        messages.register(
            f"order_{kind}", title=title, body=body, whatsapp=Joined(HELLO, title, "·", body, SEE)
        )


def kind_of(order: Order, kind: str, texts: Container[str]) -> str:
    """Return which of these texts fits an order: another one where it was paid in advance."""
    prepaid = f"{kind}_prepaid"
    return prepaid if order.is_prepaid and prepaid in texts else kind


def for_seller(order: Order, reason: str = "") -> dict[str, Any]:
    """Return the facts of news about an order, for those who sell."""
    return _facts(order, reason) | {"link": _link(panel_path(order))}


def for_buyer(order: Order, reason: str = "") -> dict[str, Any]:
    """Return the facts of news about an order, for who buys; with them goes the secret link."""
    return _facts(order, reason) | {"link": _link(page_path(order.purchase.link_key))}


def for_payer(purchase: Purchase, amount_cents: int, until: datetime, path: str) -> dict[str, Any]:
    """Return the facts of news about what is still to be paid of a purchase."""
    return {
        "code": str(purchase.number),
        "total_cents": amount_cents,
        "until_at": until.isoformat(),
        "zone": purchase.orders[0].time_zone,
        "link": _link(path),
    }


def for_collector(order: Order, path: str) -> dict[str, Any]:
    """Return the facts of news about what is soon to be collected at a fair."""
    at = order.collection
    starts = order.window.starts_at if order.window else at.opens_at if at else order.answer_by
    return {
        "code": str(order.purchase.number),
        "place": f"{at.title}, {at.place}" if at else "",
        "starts_at": starts.isoformat(),
        "zone": order.time_zone,
        "link": _link(path),
    }


def panel_path(order: Order) -> str:
    return f"/painel/pedidos/{order.id}"


def page_path(link_key: str) -> str:
    return f"/pedidos/{link_key}"


def _facts(order: Order, reason: str) -> dict[str, Any]:
    return {
        "code": order.code,
        "buyer": order.purchase.buyer_name.split()[0],
        "enterprise": order.enterprise.name,
        "goods": ", ".join(f"{line.charged} × {line.name}" for line in order.lines if line.charged),  # noqa: RUF001
        "total_cents": order.total_cents,
        "answer_at": order.answer_by.isoformat(),
        "zone": order.time_zone,
        "reason": reason,
    }


def _link(path: str) -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/") + path
