"""Whether what was ordered can wait for money that takes its days."""

from datetime import datetime, timedelta

from marketplace.core.clock import today
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.queries.choices import first_day
from marketplace.payments import bank_days

LONGEST = timedelta(days=16)  # since the order, that goods are held for boletos


def held_until(now: datetime) -> datetime:
    """Return until when goods are held for a boleto that is asked for now."""
    return bank_days.held_until(bank_days.due_day(now))


def can_wait(order: Order, until: datetime) -> bool:
    """Whether an order could still be placed as it is, at an instant to come."""
    lead = max(line.lead_days for line in order.lines)
    if order.collection:
        ready = today(order.time_zone, until) + timedelta(days=lead)
        return order.collection.takes_orders(until) and ready <= order.collection.day
    if order.collect_on:
        return first_day(order.time_zone, until, lead) <= order.collect_on
    return True


def takes_boleto(purchase: Purchase, orders: list[Order], now: datetime) -> bool:
    """Whether these orders of a purchase can wait for a boleto that is asked for now."""
    until = held_until(now)
    soon = until <= purchase.placed_at + LONGEST
    return soon and all(can_wait(order, until) for order in orders)
