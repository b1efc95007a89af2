"""Letters to buyers who gave an address: they may have no account."""

from datetime import datetime
from typing import Any

from marketplace.core.mail import send_later
from marketplace.orders import news
from marketplace.orders.models.orders import Order, OrderLine, Purchase
from marketplace.orders.queries import papers


def confirm_purchase(purchase: Purchase, *, now: datetime) -> None:
    """Confirm what was ordered: a contract that can be kept.

    **Source:** Decreto 7.962/2013, art. 4, III and IV.
    """
    facts = {
        "number": purchase.number,
        "path": news.page_path(purchase.link_key),
        "orders": [_summary(order) for order in purchase.orders],
        "total_cents": sum(order.total_cents for order in purchase.orders),
    }
    _send(purchase, "orders/placed", facts, key="placed", now=now)


def tell_buyer(order: Order, kind: str, about: dict[str, Any], *, key: str, now: datetime) -> None:
    """Tell what happened to one order of a purchase."""
    facts = {
        "kind": f"order_{kind}",
        "facts": about,
        "path": news.page_path(order.purchase.link_key),
    }
    _send(order.purchase, "orders/moved", facts, key=key, now=now)


def remind(
    purchase: Purchase, kind: str, facts: dict[str, Any], path: str, *, key: str, now: datetime
) -> None:
    """Remind of what is still to be paid."""
    told = {"kind": kind, "facts": facts, "path": path}
    _send(purchase, "orders/moved", told, key=key, now=now)


def send_code(purchase: Purchase, code: str, *, now: datetime) -> None:
    """Send the code that finds a lost order again."""
    facts = {"number": purchase.number, "code": code}
    _send(purchase, "orders/code", facts, key=f"code:{now.isoformat()}", now=now)


def _send(
    purchase: Purchase, template: str, facts: dict[str, Any], *, key: str, now: datetime
) -> None:
    send_later(
        purchase.buyer_email,
        template=template,
        language=purchase.language,
        facts=facts,
        key=f"purchase:{purchase.id}:{key}",
        now=now,
    )


def _summary(order: Order) -> dict[str, Any]:
    legal = papers.legal_block(order)
    return {
        "code": order.code,
        "handover_code": order.handover_code,
        "lines": [_line(line) for line in order.lines],
        "delivery_cents": order.delivery_cents,
        "total_cents": order.total_cents,
        "way": order.way.value,
        "place": _place(order),
        "day_on": _day(order),
        "starts_at": order.window.starts_at.isoformat() if order.window else None,
        "zone": order.time_zone,
        "answer_at": order.answer_by.isoformat(),
        "pay_at": order.pay_by.isoformat() if order.pay_by else None,
        "seller": vars(legal),
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {"name": line.name, "quantity": line.ordered, "total_cents": line.total_cents}


def _place(order: Order) -> str:
    if order.collection:
        return f"{order.collection.title}, {order.collection.place}"
    if order.point:
        return f"{order.point.name}, {order.point.address}"
    return order.address


def _day(order: Order) -> str | None:
    day = order.collection.day if order.collection else order.collect_on
    return day.isoformat() if day else None
