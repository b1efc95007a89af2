"""What is said to the provider about accounts of enterprises, and about money that goes there.

Of an enterprise, its name and e-mail; who it is, and where its bank is, it tells the provider
itself.

**Source:** https://docs.stripe.com/connect/accounts-v2/account-creation;
https://docs.stripe.com/connect/separate-charges-and-transfers; package ``stripe`` 16.1,
``stripe.params``.
"""

from typing import TYPE_CHECKING, Literal, cast

from marketplace.payments.provider import OF_ACCOUNTS, THIN, VERSION

if TYPE_CHECKING:
    from stripe.params import (
        TransferCreateParams,
        TransferReversalCreateParams,
        WebhookEndpointCreateParams,
    )
    from stripe.params.v2.core import (
        AccountCreateParams,
        AccountLinkCreateParams,
        EventDestinationCreateParams,
    )

ACCOUNT, TRANSFER, REVERSAL = "account", "transfer", "reversal"  # our references in its metadata
SHOWN: Literal["configuration.recipient"] = (
    "configuration.recipient"  # which the provider tells of an account only if asked
)


def account(reference: str, *, name: str, email: str) -> "AccountCreateParams":
    """Ask for an account that can be sent money, whose fees and losses are the platform's.

    **Source:** the first of the above (``stripe_transfers``; Express with fees and losses at the
    provider is refused).
    """
    wanted = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    bears = {"fees_collector": "application", "losses_collector": "application"}
    told = {
        "identity": {"country": "br"},
        "dashboard": "express",
        "display_name": name,
        "contact_email": email,
        "configuration": {"recipient": {"capabilities": wanted}},
        "defaults": {"responsibilities": bears},
        "metadata": {ACCOUNT: reference},
        "include": [SHOWN],
    }
    return cast("AccountCreateParams", told)


def onboarding(account_id: str, *, back: str, again: str) -> "AccountLinkCreateParams":
    """Ask for the page on which an enterprise tells who it is; it leads back to an address.

    ``again`` is where it leads to once the link was used, or is too old.
    """
    flow = {"refresh_url": again, "return_url": back}
    told = {
        "account": account_id,
        "use_case": {"type": "account_onboarding", "account_onboarding": flow},
    }
    return cast("AccountLinkCreateParams", told)


def transfer(
    reference: str, *, group: str, amount_cents: int, destination: str
) -> "TransferCreateParams":
    """Send so much of what the platform has at hand to an account.

    :raises ValueError: for nothing, or less.
    """
    if amount_cents < 1:
        raise ValueError("a transfer is of something")
    return {
        "amount": amount_cents,
        "currency": "brl",
        "destination": destination,
        "transfer_group": group,
        "metadata": {TRANSFER: reference},
    }


def reversal(reference: str, *, amount_cents: int) -> "TransferReversalCreateParams":
    """Take so much of a transfer back.

    :raises ValueError: for nothing, or less.
    """
    if amount_cents < 1:
        raise ValueError("a reversal is of something")
    return {"amount": amount_cents, "metadata": {REVERSAL: reference}}


def connected_endpoint(url: str) -> "WebhookEndpointCreateParams":
    """Have told at an address what happens at connected accounts."""
    told = {"url": url, "enabled_events": [*OF_ACCOUNTS], "api_version": VERSION, "connect": True}
    return cast("WebhookEndpointCreateParams", told)


def thin_endpoint(url: str) -> "EventDestinationCreateParams":
    """Have told at an address that something changed about an account.

    **Source:** https://docs.stripe.com/event-destinations (thin events).
    """
    told = {
        "name": "accounts",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": [*THIN],
        "webhook_endpoint": {"url": url},
        "include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"],
    }
    return cast("EventDestinationCreateParams", told)
