"""What is asked of the provider about connected accounts: a part of the gateway.

**Source:** as `gateway`, and https://docs.stripe.com/connect/authentication (``Stripe-Account``).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, cast

from marketplace.payments import connect_payloads, connect_reading
from marketplace.payments.connect_payloads import ACCOUNT, REVERSAL, SHOWN, TRANSFER
from marketplace.payments.provider import OF_ACCOUNTS, THIN, Account, BankPayout, Sent, TakenBack
from marketplace.payments.reading import with_reference

if TYPE_CHECKING:
    import stripe
    from stripe.params.v2 import core

PAGE, MOST_LISTED = 100, 10_000
Words = Mapping[str, object]


class ConnectGateway(Protocol):
    """What the house asks about accounts of enterprises. Each may raise a ``ProviderError``."""

    def open_account(self, words: Words, key: str) -> Account: ...
    def account(self, account_id: str) -> Account: ...
    def find_account(self, reference: str) -> Account | None: ...
    def onboarding(self, words: Words) -> str: ...
    def transfer(self, words: Words, key: str) -> Sent: ...
    def sent(self, transfer_id: str) -> Sent: ...
    def find_sent(self, reference: str, group: str) -> Sent | None: ...
    def take_back(self, transfer_id: str, words: Words, key: str) -> TakenBack: ...
    def find_taken_back(self, reference: str, transfer_id: str) -> TakenBack | None: ...
    def bank_payout(self, payout_id: str, account_id: str) -> BankPayout: ...
    def listen_to_accounts(self, url: str) -> str | None: ...
    def listen_thinly(self, url: str) -> str | None: ...


class StripeConnect:
    """Stripe's side of it, by its second generation of accounts."""

    _client: "stripe.StripeClient"

    def open_account(self, words: Words, key: str) -> Account:
        params = cast("core.AccountCreateParams", words)
        with self._calling():
            made = self._client.v2.core.accounts.create(params, {"idempotency_key": key})
            return connect_reading.account(made)

    def account(self, account_id: str) -> Account:
        with self._calling():
            asked: core.AccountRetrieveParams = {"include": [SHOWN]}
            found = self._client.v2.core.accounts.retrieve(account_id, asked)
            return connect_reading.account(found)

    def find_account(self, reference: str) -> Account | None:
        """Return the account that belongs to one of ours, asked of all there are."""
        with self._calling():
            listed = self._client.v2.core.accounts.list({"limit": PAGE}).auto_paging_iter()
            found = with_reference(
                reference, ACCOUNT, islice(listed, MOST_LISTED), connect_reading.account
            )
        return found and self.account(found.id)  # a list tells less

    def onboarding(self, words: Words) -> str:
        """Return where an enterprise tells who it is: once, and for some minutes only."""
        params = cast("core.AccountLinkCreateParams", words)
        with self._calling():
            return str(self._client.v2.core.account_links.create(params).url)

    def transfer(self, words: Words, key: str) -> Sent:
        params = cast("stripe.params.TransferCreateParams", words)
        with self._calling():
            made = self._client.v1.transfers.create(params, {"idempotency_key": key})
            return connect_reading.sent(made)

    def sent(self, transfer_id: str) -> Sent:
        with self._calling():
            return connect_reading.sent(self._client.v1.transfers.retrieve(transfer_id))

    def find_sent(self, reference: str, group: str) -> Sent | None:
        with self._calling():
            found = self._client.v1.transfers.list({"transfer_group": group, "limit": PAGE})
            return with_reference(
                reference, TRANSFER, found.auto_paging_iter(), connect_reading.sent
            )

    def take_back(self, transfer_id: str, words: Words, key: str) -> TakenBack:
        params = cast("stripe.params.TransferReversalCreateParams", words)
        with self._calling():
            made = self._client.v1.transfers.reversals.create(
                transfer_id, params, {"idempotency_key": key}
            )
            return connect_reading.taken_back(made)

    def find_taken_back(self, reference: str, transfer_id: str) -> TakenBack | None:
        with self._calling():
            found = self._client.v1.transfers.reversals.list(transfer_id, {"limit": PAGE})
            return with_reference(
                reference, REVERSAL, found.auto_paging_iter(), connect_reading.taken_back
            )

    def bank_payout(self, payout_id: str, account_id: str) -> BankPayout:
        """Return what went from a connected account to its bank; from ours, without one."""
        of: Any = {"stripe_account": account_id} if account_id else {}
        with self._calling():
            found = self._client.v1.payouts.retrieve(payout_id, {}, of)
            return connect_reading.bank_payout(found)

    def listen_to_accounts(self, url: str) -> str | None:
        """Have news of connected accounts told at an address, as ``listen`` does for ours."""
        with self._calling():
            listed = self._client.v1.webhook_endpoints.list({"limit": PAGE}).auto_paging_iter()
            if any(_tells(each.to_dict(), url, OF_ACCOUNTS) for each in listed):
                return None
            words = connect_payloads.connected_endpoint(url)
            return self._client.v1.webhook_endpoints.create(words).secret

    def listen_thinly(self, url: str) -> str | None:
        """Have told at an address that accounts changed, as ``listen`` does for payments."""
        with self._calling():
            asked: Any = {"limit": PAGE, "include": ["webhook_endpoint.url"]}
            listed = self._client.v2.core.event_destinations.list(asked).auto_paging_iter()
            if any(_tells(_flat(each.to_dict()), url, THIN) for each in listed):
                return None
            words = connect_payloads.thin_endpoint(url)
            made = self._client.v2.core.event_destinations.create(words).to_dict()
            return str(made["webhook_endpoint"]["signing_secret"])

    def _calling(self) -> AbstractContextManager[None]:
        raise NotImplementedError


def _flat(destination: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**destination, "url": (destination.get("webhook_endpoint") or {}).get("url")}


def _tells(endpoint: Mapping[str, Any], url: str, kinds: tuple[str, ...]) -> bool:
    """Whether an endpoint tells all of these kinds at an address."""
    wanted = set(kinds) <= set(endpoint["enabled_events"])
    return wanted and endpoint.get("url") == url and endpoint["status"] == "enabled"
