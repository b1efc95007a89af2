"""The ready WhatsApp text that a seller sends to a buyer, in the buyer's language."""

from flask_babel import force_locale

from marketplace.notifications import messages, whatsapp
from marketplace.orders import news, progress
from marketplace.orders.models.orders import Order


def link(order: Order) -> str:
    """Return the address that opens WhatsApp with what there is to tell; empty if nothing."""
    kind = f"order_{news.kind_of(order, order.state, news.TO_BUYERS)}"
    if kind not in messages.registry:
        return ""
    with force_locale(order.purchase.language):
        facts = news.for_buyer(order, progress.reason(order))
        text = messages.written(kind, facts).whatsapp
    return whatsapp.link(order.purchase.buyer_mobile, text)
