"""Purchases paid by Pix or boleto through the provider, against its stand-in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from marketplace.catalogue.models.products import Product
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import VISITOR
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.operations import boletos, paying
from marketplace.orders.operations.checkout import Choice
from marketplace.payments import sending
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import attempts, disputes
from marketplace.payments.provider import Contested, Intent, Payer
from marketplace.payments.queries import online
from tests.factories.catalogue import make_published
from tests.factories.orders import choose_collection, make_basket, make_collection, place, soon


class Cart(NamedTuple):
    """A basket, and how each enterprise's part is had and paid: all at one fair in six days."""

    token: str
    choices: dict[int, Choice]

    def place(self, **given: Any) -> Purchase:
        return place(self.token, self.choices, now=clock.now(), **given)


def make_cart(
    *products: Product, quantity: int = 2, methods: Sequence[Method] = (), days: int = 6
) -> Cart:
    """Fill a basket with so many of each, to be paid by Pix unless said otherwise."""
    sellers = list(dict.fromkeys(product.enterprise for product in products))
    collection = make_collection(*sellers, **soon(days))
    ways = methods or (Method.PIX,) * len(sellers)
    choices = {
        seller.id: choose_collection(collection, method=way)
        for seller, way in zip(sellers, ways, strict=True)
    }
    return Cart(make_basket(*products, quantity=quantity, now=clock.now()), choices)


def make_purchase(*products: Product, quantity: int = 2, **given: Any) -> Purchase:
    return make_cart(*products or [make_published()], quantity=quantity).place(**given)


def attempt_of(purchase: Purchase) -> Attempt:
    """Return the newest attempt to pay a purchase, as it is in the database now."""
    db.session.expire_all()
    attempt = online.last_of((paying.GROUP, purchase.id))
    assert attempt
    return attempt


def make_opened(*products: Product, **given: Any) -> tuple[Purchase, Attempt]:
    """Order, and have the provider's code on the page."""
    purchase = make_purchase(*products, **given)
    sending.open_attempt(attempt_of(purchase).id, now=clock.now())
    return purchase, attempt_of(purchase)


def pay(bank: Any, attempt: Attempt) -> None:
    """Let the buyer pay, and the house hear of it."""
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id or "", now=clock.now())
    db.session.expire_all()


def make_paid(bank: Any, *products: Product, **given: Any) -> list[Order]:
    """Order and pay; return the orders."""
    purchase, attempt = make_opened(*products, **given)
    pay(bank, attempt)
    return purchase.orders


PAYER = Payer(
    tax_id="52998224725",
    name="Lúcia Andrade",
    email="lucia@example.org",
    street="Rua das Mangueiras, 7",
    city="Manaus",
    state="AM",
    postal_code="69000000",
)


def make_boleto_cart(*products: Product, quantity: int = 1, days: int = 30) -> Cart:
    """Fill a basket to be paid by boleto, and to be had at one fair in a month."""
    goods = products or (make_published(),)
    ways = (Method.BOLETO,) * len({product.enterprise_id for product in goods})
    return make_cart(*goods, quantity=quantity, methods=ways, days=days)


def make_boleto(*products: Product, **given: Any) -> tuple[Purchase, Attempt]:
    """Order, say who pays, and have the provider's boleto on the page."""
    purchase = make_boleto_cart(*products, **given).place()
    boletos.ask(purchase.id, PAYER, by=VISITOR, now=clock.now())
    sending.open_attempt(attempt_of(purchase).id, now=clock.now())
    return purchase, attempt_of(purchase)


def ask(purchase: Purchase) -> Attempt:
    return paying.ask(purchase.id, by=VISITOR, now=clock.now())


def told_paid(purchase: Purchase, *, now: datetime) -> Attempt:
    """Let the provider tell that a purchase is paid, without asking its stand-in."""
    attempt = attempt_of(purchase)
    arrived = Intent(
        id=f"pi_told_{attempt.id}",
        status="succeeded",
        amount_cents=attempt.amount_cents,
        received_cents=attempt.amount_cents,
        currency="brl",
        live=False,
        reference=attempt.reference,
        charge_id=f"ch_told_{attempt.id}",
    )
    attempts.apply_intent(arrived, now=now)
    return attempt_of(purchase)


def told_disputed(attempt: Attempt, *, now: datetime, **facts: Any) -> None:
    """Let the provider tell that the buyer's bank took the money of an attempt back."""
    usual: dict[str, Any] = {"status": "needs_response", "reason": "fraudulent", "fee_cents": 5_500}
    usual |= {"taken_cents": attempt.amount_cents, "returned_cents": 0}
    told = Contested(
        id=f"dp_told_{attempt.id}",
        amount_cents=attempt.amount_cents,
        charge_id=attempt.charge_id or "",
        opened_at=now,
        answer_by=now + timedelta(days=7),
        **usual | facts,
    )
    disputes.apply_dispute(told, now=now)
    db.session.expire_all()
