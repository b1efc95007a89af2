"""What the provider says of connected accounts and transfers, as our plain values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from marketplace.payments.connect_payloads import ACCOUNT, REVERSAL, TRANSFER
from marketplace.payments.provider import Account, BankPayout, News, Sent, TakenBack

if TYPE_CHECKING:
    import stripe
    from stripe.v2 import core


def account(thing: "core.Account") -> Account:
    facts = thing.to_dict()
    return Account(
        id=facts["id"],
        reference=(facts.get("metadata") or {}).get(ACCOUNT, ""),
        capability=_transfers_of(facts),
        is_closed=bool(facts.get("closed")),
    )


def sent(thing: "stripe.Transfer") -> Sent:
    facts = thing.to_dict()
    return Sent(
        id=facts["id"],
        reference=(facts.get("metadata") or {}).get(TRANSFER, ""),
        amount_cents=facts["amount"],
        currency=facts["currency"],
        destination=facts.get("destination") or "",
        movement_id=facts.get("balance_transaction") or "",
        taken_back=tuple(_taken_back(one) for one in facts["reversals"]["data"]),
    )


def taken_back(thing: "stripe.TransferReversal") -> TakenBack:
    return _taken_back(thing.to_dict())


def bank_payout(thing: "stripe.Payout") -> BankPayout:
    facts = thing.to_dict()
    return BankPayout(
        id=facts["id"],
        status=facts["status"],
        failure=facts.get("failure_code") or "",
        amount_cents=facts["amount"],
        arrives_on=datetime.fromtimestamp(facts["arrival_date"], UTC).date(),
    )


def thin_news_of(event: Mapping[str, Any]) -> News:
    """Return what a thin event says: to which account something happened. It has no version.

    :raises KeyError, TypeError, ValueError: if it is none.
    """
    return News(
        id=str(event["id"]),
        kind=str(event["type"]),
        object_id=str(event["related_object"]["id"]),
        created_at=datetime.fromisoformat(str(event["created"])).astimezone(UTC),
        live=bool(event["livemode"]),
        version="",
        account=str(event.get("context") or ""),
    )


def _taken_back(facts: Mapping[str, Any]) -> TakenBack:
    return TakenBack(
        id=facts["id"],
        transfer_id=facts["transfer"],
        reference=(facts.get("metadata") or {}).get(REVERSAL, ""),
        amount_cents=facts["amount"],
        movement_id=facts.get("balance_transaction") or "",
    )


def _transfers_of(facts: Mapping[str, Any]) -> str:
    """Return the word for whether an account can be sent money, wherever the tree ends before."""
    here: Any = facts
    for name in ("configuration", "recipient", "capabilities", "stripe_balance"):
        here = (here or {}).get(name)
    return str(((here or {}).get("stripe_transfers") or {}).get("status") or "")
