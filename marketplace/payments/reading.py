"""What the provider's objects say, as our plain values."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from marketplace.payments.payloads import ATTEMPT, REFUND
from marketplace.payments.provider import Contested, Intent, MoneyBack, Movement, News, PayPage

if TYPE_CHECKING:
    import stripe

Told = TypeVar("Told")


def news_of(event: Mapping[str, Any]) -> News:
    """Return what an event says that matters here: which object changed, and how.

    :raises KeyError, TypeError: if it is none.
    """
    thing = event["data"]["object"]
    return News(
        id=str(event["id"]),
        kind=str(event["type"]),
        object_id=str(thing.get("id", "")),
        created_at=datetime.fromtimestamp(int(event["created"]), UTC),
        live=bool(event["livemode"]),
        version=str(event.get("api_version") or ""),
        account=str(event.get("account") or ""),
    )


def with_reference(
    reference: str, name: str, things: Iterator[Any], told: Callable[[Any], Told]
) -> Told | None:
    """Return the first of these whose metadata has this reference of ours under a name."""
    mine = (one for one in things if (one.to_dict().get("metadata") or {}).get(name) == reference)
    return next((told(one) for one in mine), None)


def intent(thing: "stripe.PaymentIntent") -> Intent:
    return intent_of(thing.to_dict())


def intent_of(facts: Mapping[str, Any]) -> Intent:
    waits = facts.get("next_action") or {}
    shown = waits.get("pix_display_qr_code") or waits.get("boleto_display_details") or {}
    until = shown.get("expires_at")
    charge_id, movement = _charged(facts.get("latest_charge"))
    return Intent(
        id=facts["id"],
        status=facts["status"],
        amount_cents=facts["amount"],
        received_cents=facts["amount_received"],
        currency=facts["currency"],
        live=facts["livemode"],
        reference=(facts.get("metadata") or {}).get(ATTEMPT, ""),
        charge_id=charge_id,
        code=shown.get("data") or shown.get("number") or "",
        paper_url=shown.get("pdf") or "",
        expires_at=datetime.fromtimestamp(until, UTC) if until else None,
        movement=movement,
    )


def _charged(charge: Any) -> tuple[str, Movement | None]:
    """Return what a charge is called, told whole or by its name, and what it brought in if told."""
    if not isinstance(charge, Mapping):
        return charge or "", None
    moved = charge.get("balance_transaction")
    return charge["id"], _movement(moved) if isinstance(moved, Mapping) else None


def page(thing: "stripe.checkout.Session") -> PayPage:
    facts = thing.to_dict()
    return PayPage(
        id=facts["id"],
        status=facts["status"],
        reference=(facts.get("metadata") or {}).get(ATTEMPT, ""),
        url=facts.get("url") or "",
        intent_id=facts.get("payment_intent") or "",
        expires_at=datetime.fromtimestamp(facts["expires_at"], UTC),
    )


def movement(thing: "stripe.BalanceTransaction") -> Movement:
    return _movement(thing.to_dict())


def _movement(facts: Mapping[str, Any]) -> Movement:
    return Movement(
        id=facts["id"],
        kind=facts["type"],
        amount_cents=facts["amount"],
        fee_cents=facts["fee"],
        net_cents=facts["net"],
        currency=facts["currency"],
        source_id=facts.get("source") or "",
        created_at=datetime.fromtimestamp(facts["created"], UTC),
        available_on=datetime.fromtimestamp(facts["available_on"], UTC),
    )


def money_back(thing: "stripe.Refund") -> MoneyBack:
    facts = thing.to_dict()
    return MoneyBack(
        id=facts["id"],
        status=facts["status"] or "pending",
        amount_cents=facts["amount"],
        intent_id=facts.get("payment_intent") or "",
        reference=(facts.get("metadata") or {}).get(REFUND, ""),
        movement_id=facts.get("balance_transaction") or "",
    )


def contested(thing: "stripe.Dispute") -> Contested:
    facts = thing.to_dict()
    moves = facts["balance_transactions"]
    until = facts["evidence_details"].get("due_by")
    return Contested(
        id=facts["id"],
        status=facts["status"],
        reason=facts["reason"],
        amount_cents=facts["amount"],
        taken_cents=-sum(min(0, move["amount"]) for move in moves),
        returned_cents=sum(max(0, move["amount"]) for move in moves),
        fee_cents=sum(max(0, move["fee"]) for move in moves),
        charge_id=facts["charge"],
        opened_at=datetime.fromtimestamp(facts["created"], UTC),
        answer_by=datetime.fromtimestamp(until, UTC) if until else None,
    )
