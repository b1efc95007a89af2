"""A purchase that is paid by boleto: due in two bank days, held for two more."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.clock import day_bounds
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.orders.errors import TooSoonForBoleto
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import paying
from marketplace.orders.queries import waiting
from marketplace.payments import bank_days
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Method
from marketplace.payments.provider import Payer
from marketplace.payments.queries import online


@operation
def ask(purchase_id: int, payer: Payer, *, by: Person, now: datetime) -> Attempt:
    """Ask for one boleto over all orders of a purchase that wait to be paid.

    While one for just these can be paid, that one is returned; any other attempt is given up.

    :raises PaymentMoved: if none waits any more, or boletos are not open here.
    :raises MethodNotOffered: if one who sells cannot take it.
    :raises TooSoonForBoleto: if what was ordered cannot wait until the bank has told.
    """
    orders = paying.changed(purchase_id, Method.BOLETO, by=by, now=now)
    live = online.live_of((paying.GROUP, purchase_id))
    stands = live and live.method is Method.BOLETO and live.expires_at > now
    if not stands and not waiting.takes_boleto(orders[0].purchase, orders, now):
        raise TooSoonForBoleto
    until = day_bounds(bank_days.due_day(now), bank_days.ZONE)[1]
    return paying.asked(orders, payer=payer, until=until, by=by, now=now)


@operation
def hold(purchase_id: int, expires_at: datetime) -> None:
    """Hold what waits to be paid until the bank must have told of a boleto that is there now."""
    until = bank_days.held_until(bank_days.last_day(expires_at))
    waits = (
        Order.purchase_id == purchase_id,
        Order.state == State.AWAITING,
        Order.pay_by < until,
    )
    db.session.execute(sa.update(Order).where(*waits).values(pay_by=until))
