"""What stands on an order's page beside its lines: who sells, how to pay, what the law gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.orders.models.orders import Order
from marketplace.payments.brcode import BadBRCode, BRCode, encode
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.queries import payments

ANSWER_DAYS = 5


@dataclass(frozen=True)
class Legal:
    """Who sells, and what the buyer may ask of them.

    **Source:** Decreto 7.962/2013, arts. 2, 4 and 5; CDC (Lei 8.078/1990), art. 49.
    """

    name: str
    cnpj: str  # 14 characters, no mask; empty where there is none
    responsible_name: str  # where there is no CNPJ
    responsible_cpf: str  # 11 digits; only here, never in listings
    address: str  # the Division's: a home is not told
    email: str
    mobile: str  # E.164
    withdrawal: str  # given, on_request (perishable, made to measure) or at_the_stall
    answer_days: int = ANSWER_DAYS


def legal_block(order: Order) -> Legal:
    enterprise, without_cnpj = order.enterprise, not order.enterprise.cnpj
    return Legal(
        name=enterprise.name,
        cnpj=enterprise.cnpj or "",
        responsible_name=enterprise.responsible_name if without_cnpj else "",
        responsible_cpf=enterprise.responsible_cpf if without_cnpj else "",
        address=order.division.address,
        email=enterprise.email or order.division.email,
        mobile=enterprise.mobile,
        withdrawal=withdrawal_of(order),
    )


def withdrawal_of(order: Order) -> str:
    if not order.agreed_at_a_distance:
        return "at_the_stall"
    excepted = any(line.perishable or line.to_order for line in order.lines)
    return "on_request" if excepted else "given"


def pix_code(order: Order, now: datetime) -> str | None:
    """Return the static BR Code for what is due; none without a key, or for another method."""
    return pix_codes([order], now)[0]


def pix_codes(orders: Sequence[Order], now: datetime) -> list[str | None]:
    """Return the code of each order, as ``pix_code``, with one question to the payments.

    What is due is asked for in the way of the order: it is another only once it was paid.
    """
    asked = [order.id for order in orders if order.method is Method.OWN_PIX]
    live = payments.live_for("order", asked) if asked else {}
    return [_pix_code(order, live.get(order.id), now) for order in orders]


def _pix_code(order: Order, payment: Payment | None, now: datetime) -> str | None:
    """Return the code of a payment that is due, to the key that counts now.

    **Source:** Banco Central do Brasil, "Manual de Padrões para Iniciação do Pix".
    """
    enterprise, pix = order.enterprise, order.enterprise.pix_at(now)
    if payment is None or payment.state is not PaymentState.DUE:
        return None
    if order.handed_over_at is not None or payment.method is not Method.OWN_PIX or not pix.key:
        return None
    code = BRCode(
        key=pix.key,
        name=pix.holder or enterprise.name,
        city=enterprise.municipality.name,
        amount_cents=payment.amount_cents,
        txid=payment.txid,
    )
    try:
        return encode(code)
    except BadBRCode:  # a key that was kept before keys were checked: paid in another way
        return None
