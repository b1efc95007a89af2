"""Money that people give back: paid by boleto, of which the provider gives nothing back."""

from itertools import count
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from flask import current_app

from marketplace.catalogue.models.products import Product
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import PAYABLE, Order
from marketplace.orders.operations import buyers
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.models.online import Attempt, AttemptPart, AttemptState
from marketplace.payments.models.payments import Method, Payment
from marketplace.payments.operations import attempts, by_hand, refunds
from marketplace.payments.provider import Intent
from marketplace.payments.queries import payments as payment_queries
from tests.factories.online import HOUR, make_due
from tests.factories.orders import BUYER
from tests.factories.paying import make_purchase

KEY = pix_key("lucia@example.org")
_serial = count(1)


def make_boleto(*amounts: int, enterprise: Enterprise | None = None) -> Attempt:
    """Have these amounts paid by one boleto of 3,45 each; the provider knows nothing of it."""
    return pay_by_boleto(make_due(*amounts, method=Method.BOLETO, enterprise=enterprise))


def pay_by_boleto(payment_ids: list[int], group: tuple[str, int] | None = None) -> Attempt:
    """Let payments be paid by a boleto, whatever way they wait for."""
    number, now = next(_serial), clock.now()
    due = [db.session.get_one(Payment, payment_id) for payment_id in payment_ids]
    attempt = Attempt(
        reference=f"boleto-{number}",
        group_type=group[0] if group else "test-boleto",
        group_id=group[1] if group else number,
        method=Method.BOLETO,
        state=AttemptState.LAPSED,
        amount_cents=sum(payment.amount_cents for payment in due),
        intent_id=f"pi_boleto_{number}",
        expires_at=now + HOUR,
        asked_at=now,
        parts=[
            AttemptPart(
                payment_id=payment.id,
                enterprise_id=payment.enterprise_id,
                amount_cents=payment.amount_cents,
                fee_cents=min(345, payment.amount_cents),
            )
            for payment in due
        ],
    )
    db.session.add(attempt)
    db.session.flush()
    arrived = Intent(
        id=attempt.intent_id or "",
        status="succeeded",
        amount_cents=attempt.amount_cents,
        received_cents=attempt.amount_cents,
        currency="brl",
        live=False,
        reference=attempt.reference,
        charge_id=f"ch_boleto_{number}",
    )
    db.session.commit()
    attempts.apply_intent(arrived, now=now)
    return attempt


def make_hand_refund(cents: int = 5_000, *, keyed: bool = True, **given: Any) -> HandRefund:
    """Return what waits to be given back of a boleto, with a Pix key unless said otherwise."""
    attempt = make_boleto(cents, **given)
    refunds.give_back(attempt.parts[0].payment_id, cents, by=HOUSE, now=clock.now())
    refund = newest()
    if keyed:
        give_key(refund)
    return reread(refund)


def make_owed_order(*products: Product, buyer: Buyer = BUYER, by: Person = VISITOR) -> Order:
    """Order, pay by boleto and give it up: its money waits to be given back by hand."""
    open_here = {"STRIPE_KEY": "sk_test_factory", "STRIPE_METHODS": {"pix": (119, 0)}}
    with patch.dict(current_app.config, open_here):
        purchase = make_purchase(*products, quantity=1, buyer=buyer, by=by)
    order = purchase.orders[0]
    due = payment_queries.live_of(PAYABLE, order.id)
    pay_by_boleto([due.id] if due else [], ("test-purchase", purchase.id))
    now: Any = {"by": HOUSE, "now": clock.now()}
    buyers.cancel_order(purchase.link_key, order.letter, **now)
    db.session.expire_all()
    return order


def newest() -> HandRefund:
    return db.session.scalars(sa.select(HandRefund).order_by(HandRefund.id.desc())).first()  # type: ignore[return-value]


def give_key(refund: HandRefund) -> None:
    told: Any = {"holder": "Lúcia Andrade", "by": HOUSE, "now": clock.now()}
    by_hand.give_key(refund.id, KEY, **told)


def send(refund: HandRefund, by: Person, proof: str = "E0001") -> None:
    told: Any = {"amount_cents": refund.amount_cents, "proof": proof}
    by_hand.note_sent(refund.id, **told, by=by, now=clock.now())


def reread(refund: HandRefund) -> HandRefund:
    db.session.expire_all()
    return db.session.get_one(HandRefund, refund.id)
