"""The one room that talks to the payment provider, through its own library.

**Source:** package ``stripe`` 16.1; https://docs.stripe.com/error-low-level (which failures leave
open what was done); https://docs.stripe.com/api/idempotent_requests.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote

from flask import current_app

from marketplace.core.breaker import Away, Breaker
from marketplace.payments import payloads, reading
from marketplace.payments.connect_gateway import ConnectGateway, StripeConnect
from marketplace.payments.payloads import ATTEMPT, REFUND
from marketplace.payments.provider import (
    FOLLOWED,
    VERSION,
    Broken,
    Contested,
    Declined,
    Intent,
    MoneyBack,
    Movement,
    News,
    NoAnswer,
    PayPage,
    ProviderError,
    TooFast,
)

if TYPE_CHECKING:
    import stripe

CONNECT_SECONDS, READ_SECONDS, RETRIES = 2.0, 7.5, 1  # twice that is within 20 s
SLOTS = 8
MOST_LISTED = 10_000
PAGE = 100
KEPT = "payments.gateway"
MOVED = "latest_charge.balance_transaction"  # told with an intent: two calls less
Words = Mapping[str, object]


class Gateway(ConnectGateway, Protocol):
    """What the house asks of a provider. Each call may raise a ``ProviderError``."""

    def open_intent(self, words: Words, key: str) -> Intent: ...
    def cancel_intent(self, intent_id: str, words: Words, key: str) -> Intent: ...
    def open_page(self, words: Words, key: str) -> PayPage: ...
    def close_page(self, page_id: str, words: Words, key: str) -> PayPage: ...
    def refund(self, words: Words, key: str) -> MoneyBack: ...
    def page(self, page_id: str) -> PayPage: ...
    def intent(self, intent_id: str) -> Intent: ...
    def money_back(self, refund_id: str) -> MoneyBack: ...
    def contested(self, dispute_id: str) -> Contested: ...
    def answer(self, dispute_id: str, words: Words, key: str) -> Contested: ...
    def movement_of(self, charge_id: str) -> Movement: ...
    def movements(self, since: datetime, until: datetime) -> list[Movement]: ...
    def intent_of(self, charge_id: str) -> str: ...
    def find_intent(self, reference: str, since: datetime) -> Intent | None: ...
    def find_page(self, reference: str, since: datetime) -> PayPage | None: ...
    def find_money_back(self, reference: str, intent_id: str) -> MoneyBack | None: ...
    def news(self, since: datetime) -> list[News]: ...
    def listen(self, url: str) -> str | None: ...


def current() -> Gateway | None:
    """Return this installation's provider; none where no key is set."""
    if not (key := current_app.config["STRIPE_KEY"]):
        return None
    base: str = current_app.config["STRIPE_API"]
    kept: StripeGateway | None = current_app.extensions.get(KEPT)
    if kept is None or (kept.key, kept.base) != (key, base):
        kept = current_app.extensions[KEPT] = StripeGateway(key, base)
    return kept


def doors(there: Gateway) -> tuple[tuple[str, str, Callable[[str], str | None]], ...]:
    """Return where each kind of news comes in: its setting of secrets, its path, how to ask."""
    return (
        ("STRIPE_WEBHOOK_SECRETS", "/avisos/stripe", there.listen),
        ("STRIPE_ACCOUNTS_SECRETS", "/avisos/stripe/contas", there.listen_to_accounts),
        ("STRIPE_THIN_SECRETS", "/avisos/stripe/resumos", there.listen_thinly),
    )


class StripeGateway(StripeConnect):
    """Stripe, or the sandbox where ``base`` leads there; the library comes in with the first."""

    def __init__(self, key: str, base: str) -> None:
        import stripe  # half a second, which most commands need not wait

        from marketplace.payments.line import Line

        logging.getLogger("stripe").setLevel(logging.WARNING)  # finer, it tells whole bodies
        stripe.enable_telemetry = False  # it would tell of this machine, and name it by a file
        self.key, self.base, self._library = key, base, stripe
        limits = CONNECT_SECONDS, READ_SECONDS
        self._breaker = Breaker(slots=SLOTS, failures=(NoAnswer, Broken))
        self._client = stripe.StripeClient(
            key,
            stripe_version=VERSION,
            base_addresses={"api": base},
            max_network_retries=RETRIES,
            http_client=Line(base, limits=limits, connections=SLOTS),
        )

    def open_intent(self, words: Words, key: str) -> Intent:
        with self._calling():
            return self._intent("post", "", {**words, "idempotency_key": key})

    def cancel_intent(self, intent_id: str, words: Words, key: str) -> Intent:
        params = cast("stripe.params.PaymentIntentCancelParams", words)
        with self._calling():
            ended = self._client.v1.payment_intents.cancel(
                intent_id, params, {"idempotency_key": key}
            )
            return reading.intent(ended)

    def open_page(self, words: Words, key: str) -> PayPage:
        params = cast("stripe.params.checkout.SessionCreateParams", words)
        with self._calling():
            return reading.page(
                self._client.v1.checkout.sessions.create(params, {"idempotency_key": key})
            )

    def close_page(self, page_id: str, words: Words, key: str) -> PayPage:
        params = cast("stripe.params.checkout.SessionExpireParams", words)
        with self._calling():
            ended = self._client.v1.checkout.sessions.expire(
                page_id, params, {"idempotency_key": key}
            )
            return reading.page(ended)

    def refund(self, words: Words, key: str) -> MoneyBack:
        params = cast("stripe.params.RefundCreateParams", words)
        with self._calling():
            return reading.money_back(
                self._client.v1.refunds.create(params, {"idempotency_key": key})
            )

    def page(self, page_id: str) -> PayPage:
        with self._calling():
            return reading.page(self._client.v1.checkout.sessions.retrieve(page_id))

    def intent(self, intent_id: str) -> Intent:
        """Return an intent and, once it is paid, what that brought into the provider's account."""
        with self._calling():
            return self._intent("get", f"/{quote(intent_id, safe='')}", {"expand": [MOVED]})

    def money_back(self, refund_id: str) -> MoneyBack:
        with self._calling():
            return reading.money_back(self._client.v1.refunds.retrieve(refund_id))

    def contested(self, dispute_id: str) -> Contested:
        with self._calling():
            return reading.contested(self._client.v1.disputes.retrieve(dispute_id))

    def answer(self, dispute_id: str, words: Words, key: str) -> Contested:
        params = cast("stripe.params.DisputeUpdateParams", words)
        with self._calling():
            told = self._client.v1.disputes.update(dispute_id, params, {"idempotency_key": key})
            return reading.contested(told)

    def movement_of(self, charge_id: str) -> Movement:
        """Return what a charge brought into the provider's account."""
        with self._calling():
            charge = self._client.v1.charges.retrieve(charge_id).to_dict()
            moved = self._client.v1.balance_transactions.retrieve(charge["balance_transaction"])
            return reading.movement(moved)

    def movements(self, since: datetime, until: datetime) -> list[Movement]:
        """Return the lines of our account of a span, ``until`` being out of it, newest first.

        At most ``MOST_LISTED``: so many may not be all.
        """
        with self._calling():
            found = self._client.v1.balance_transactions.list(
                {
                    "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
                    "limit": PAGE,
                }
            )
            return [reading.movement(one) for one in islice(found.auto_paging_iter(), MOST_LISTED)]

    def intent_of(self, charge_id: str) -> str:
        """Return what the payment is called that a charge is of; empty if it is of none."""
        with self._calling():
            return self._client.v1.charges.retrieve(charge_id).to_dict()["payment_intent"] or ""

    def find_intent(self, reference: str, since: datetime) -> Intent | None:
        """Return what an attempt of ours came to, asked of all that was made since."""
        with self._calling():
            found = self._client.v1.payment_intents.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            return reading.with_reference(
                reference, ATTEMPT, found.auto_paging_iter(), reading.intent
            )

    def find_page(self, reference: str, since: datetime) -> PayPage | None:
        with self._calling():
            found = self._client.v1.checkout.sessions.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            return reading.with_reference(
                reference, ATTEMPT, found.auto_paging_iter(), reading.page
            )

    def find_money_back(self, reference: str, intent_id: str) -> MoneyBack | None:
        with self._calling():
            found = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": PAGE})
            return reading.with_reference(
                reference, REFUND, found.auto_paging_iter(), reading.money_back
            )

    def news(self, since: datetime) -> list[News]:
        """Return what happened since, newest first.

        **Source:** https://docs.stripe.com/webhooks/process-undelivered-events (30 days).
        """
        with self._calling():
            found = self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            listed = islice(found.auto_paging_iter(), MOST_LISTED)
            return [reading.news_of(event.to_dict()) for event in listed]

    def listen(self, url: str) -> str | None:
        """Have news told at an address; return the secret it is signed with, none if it is told."""
        words = payloads.endpoint(url)
        with self._calling():
            listed = self._client.v1.webhook_endpoints.list({"limit": PAGE}).auto_paging_iter()
            there = [each for each in listed if _tells(each.to_dict(), words)]
            for each in there:
                if set(FOLLOWED) - set(each.enabled_events):  # told by an older us
                    self._client.v1.webhook_endpoints.update(each.id, payloads.following())
            if there:
                return None
            return self._client.v1.webhook_endpoints.create(words).secret

    def _intent(self, method: str, path: str, words: Words) -> Intent:
        """Ask as the library does; its objects, one for each word of an answer, are not made."""
        told = self._client.raw_request(method, f"/v1/payment_intents{path}", **words)
        return reading.intent_of(told.data)

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Make one call, its failures told in our words.

        :raises ProviderError: NoAnswer also while the provider is left in peace.
        """
        try:
            with self._breaker.call(), self._translated():
                yield
        except Away as away:
            raise (away.__cause__ if isinstance(away.__cause__, ProviderError) else NoAnswer())  # noqa: B904

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._library.StripeError as error:
            raise self._told(error) from None  # its text and body may tell of people
        except (KeyError, AttributeError, TypeError):
            raise Broken("unreadable") from None

    def _told(self, error: "stripe.StripeError") -> ProviderError:
        kinds: tuple[tuple[type[Exception], type[ProviderError]], ...] = (
            (self._library.APIConnectionError, NoAnswer),
            (self._library.RateLimitError, TooFast),
            (self._library.APIError, Broken),
        )
        kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), Declined)
        if error.http_status == 409:  # another request of the same key is still at work
            kind = NoAnswer
        return kind(error.code or type(error).__name__, error.request_id or "")


def _tells(endpoint: Mapping[str, Any], words: Words) -> bool:
    same = all(endpoint.get(name) == words[name] for name in ("url", "api_version"))
    return same and endpoint["status"] == "enabled"
