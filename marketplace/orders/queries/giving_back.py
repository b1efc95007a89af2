"""What goes back of orders that were paid through us, and to whom; nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.core.text import fold
from marketplace.orders.models.orders import PAYABLE, Order, Purchase
from marketplace.payments.brcode import BadBRCode, BRCode, encode
from marketplace.payments.models.by_hand import HandRefund, HandState
from marketplace.payments.models.online import Refund
from marketplace.payments.queries import by_hand

Back = tuple[Refund, HandRefund | None]
NO_TOWN = "BRASIL"


@dataclass(frozen=True)
class Due:
    """One amount that goes back by hand, with the order that it is of, if it is of one."""

    refund: HandRefund
    order: Order | None

    @property
    def is_of_another_name(self) -> bool:
        """Whether the key is in another name than the buyer's: for a person to ask about."""
        if self.order is None or not (holder := self.refund.pix_holder):
            return False
        return not _alike(holder, self.order.purchase.buyer_name)

    @property
    def code(self) -> str:
        """Return the Pix code of what may be paid now; empty where none can be made.

        **Source:** Banco Central do Brasil, "Manual de Padrões para Iniciação do Pix".
        """
        if not self.refund.can_be_sent:
            return ""
        code = BRCode(
            key=self.refund.pix_key,
            name=self.refund.pix_holder,
            city=self.order.enterprise.municipality.name if self.order else NO_TOWN,
            amount_cents=self.refund.amount_cents,
            txid=f"DEV{self.refund.id}",
        )
        try:
            return encode(code)
        except BadBRCode:
            return ""


def with_orders(refunds: Sequence[HandRefund]) -> list[Due]:
    """Return each with the order that it is of; one question more."""
    ids = {r.payment.payable_id for r in refunds if r.payment and r.payment.payable_type == PAYABLE}
    whole = joinedload(Order.purchase), joinedload(Order.enterprise)
    asked = sa.select(Order).where(Order.id.in_(ids)).options(*whole)
    found: Mapping[int, Order] = {order.id: order for order in db.session.scalars(asked)}
    return [Due(r, found.get(r.payment.payable_id) if r.payment else None) for r in refunds]


def backs_of(purchase: Purchase) -> Mapping[int, Sequence[Back]]:
    """Return what goes back of a purchase's orders, by their ids; no question where none can."""
    paid = [order.id for order in purchase.orders if order.is_prepaid]
    return by_hand.refunds_for(PAYABLE, paid) if paid else {}


def asks_for_key(order: Order) -> bool:
    """Whether something of an order waits for people, so that a key may be given, or another."""
    return waiting_cents(order) > 0


def waiting_cents(order: Order) -> int:
    """Return how much of an order waits to be given back by hand, in centavos."""
    found = by_hand.refunds_for(PAYABLE, [order.id]).get(order.id, ())
    waits = (hand for _refund, hand in found if hand and hand.state is HandState.WAITING)
    return sum(hand.amount_cents for hand in waits)


def _alike(one: str, other: str) -> bool:
    """Whether two names begin with the same word and have another in common, or are one word."""
    first, second = fold(one).split(), fold(other).split()
    if not first or not second or first[0] != second[0]:
        return False
    return bool(set(first[1:]) & set(second[1:])) or 1 in (len(first), len(second))
