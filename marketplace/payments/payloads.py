"""What is said to the provider, checked against the types of its own library.

Nothing of it is about people, but who pays a boleto.

**Source:** https://docs.stripe.com/payments/pix/accept-a-payment; https://docs.stripe.com/refunds;
https://docs.stripe.com/api/checkout/sessions/create (30 minutes at least, 24 hours at most);
package ``stripe`` 16.1, ``stripe.params``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from marketplace.payments.provider import FOLLOWED, VERSION, Payer

if TYPE_CHECKING:
    from stripe.params import (
        DisputeUpdateParams,
        PaymentIntentCancelParams,
        PaymentIntentCreateParams,
        RefundCreateParams,
        WebhookEndpointCreateParams,
        WebhookEndpointUpdateParams,
    )
    from stripe.params.checkout import SessionCreateParams, SessionExpireParams

ATTEMPT, REFUND = "attempt", "refund"  # names of our references in its metadata
LEAST_SECONDS = 60  # that a Pix code may live
PAGE_LIFE = timedelta(minutes=35)  # 30 at least, counted from when the call arrives there


def pix(
    reference: str, *, group: str, amount_cents: int, seconds: int
) -> "PaymentIntentCreateParams":
    """Ask for a Pix code that lives so many seconds."""
    return {
        "amount": amount_cents,
        "currency": "brl",
        "confirm": True,
        "allowed_payment_method_types": ["pix"],
        "payment_method_data": {"type": "pix"},
        "payment_method_options": {"pix": {"expires_after_seconds": max(seconds, LEAST_SECONDS)}},
        "transfer_group": group,
        "metadata": {ATTEMPT: reference},
    }


def boleto(
    reference: str, *, group: str, amount_cents: int, days: int
) -> "PaymentIntentCreateParams":
    """Ask for a boleto that is due in so many days; who pays it is added when it is sent.

    **Source:** https://docs.stripe.com/api/payment_intents/create (``expires_after_days``: calendar
    days, until 23:59 in São Paulo).
    """
    return {
        "amount": amount_cents,
        "currency": "brl",
        "confirm": True,
        "allowed_payment_method_types": ["boleto"],
        "payment_method_options": {"boleto": {"expires_after_days": days}},
        "transfer_group": group,
        "metadata": {ATTEMPT: reference},
    }


def with_payer(words: Mapping[str, object], payer: Payer) -> Mapping[str, object]:
    """Return what asks for a boleto with who pays it.

    **Source:** https://docs.stripe.com/payments/boleto/accept-a-payment.
    """
    address = {
        "line1": payer.street,
        "city": payer.city,
        "state": payer.state,
        "postal_code": f"{payer.postal_code[:5]}-{payer.postal_code[5:]}",
        "country": "BR",
    }
    known = {
        "type": "boleto",
        "boleto": {"tax_id": payer.tax_id},
        "billing_details": {"name": payer.name, "email": payer.email, "address": address},
    }
    return {**words, "payment_method_data": known}


def card_page(
    reference: str, *, group: str, amount_cents: int, title: str, back: str, until: datetime
) -> "SessionCreateParams":
    """Ask for a page that takes a card until an instant, and leads its buyer back to an address."""
    price = {"currency": "brl", "unit_amount": amount_cents, "product_data": {"name": title}}
    told = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "allowed_payment_method_types": ["card"],
        "line_items": [{"price_data": price, "quantity": 1}],
        "client_reference_id": reference,
        "metadata": {ATTEMPT: reference},
        "payment_intent_data": {"transfer_group": group, "metadata": {ATTEMPT: reference}},
        "expires_at": int(until.timestamp()),
        "success_url": back,
        "cancel_url": back,
    }
    return cast("SessionCreateParams", told)


def closing() -> "SessionExpireParams":
    return {}


def cancellation() -> "PaymentIntentCancelParams":
    return {"cancellation_reason": "abandoned"}


def refund(reference: str, *, intent_id: str, amount_cents: int) -> "RefundCreateParams":
    """Give back so much of what a paid intent brought."""
    return {
        "payment_intent": intent_id,
        "amount": amount_cents,
        "reason": "requested_by_customer",
        "metadata": {REFUND: reference},
    }


def following() -> "WebhookEndpointUpdateParams":
    """Have told what we follow by now."""
    return cast("WebhookEndpointUpdateParams", {"enabled_events": [*FOLLOWED]})


def evidence(said: str) -> "DisputeUpdateParams":
    """Answer a dispute for good, in words.

    **Source:** https://docs.stripe.com/disputes/api (``submit``: once, and it cannot be changed).
    """
    return {"evidence": {"uncategorized_text": said}, "submit": True}


def endpoint(url: str) -> "WebhookEndpointCreateParams":
    """Have told at an address what we follow, in the version that we read.

    **Source:** https://docs.stripe.com/api/webhook_endpoints/create (else the account's version).
    """
    told = {"url": url, "enabled_events": [*FOLLOWED], "api_version": VERSION}
    return cast("WebhookEndpointCreateParams", told)
