"""What the payment provider tells us, as plain values, and how a call to it can fail.

Nothing here knows the provider's library: operations decide on these, `gateway` makes them.
"""

from dataclasses import dataclass
from datetime import date, datetime

VERSION = "2026-10-28.endive"
"""Of the interface that we speak, and in which its news must come."""

FOLLOWED = (
    *("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"),
    *("checkout.session.completed", "checkout.session.expired"),
    *("checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"),
    *("refund.created", "refund.updated", "refund.failed"),
    *("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"),
    *("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"),
    *("transfer.created", "transfer.reversed", "transfer.updated"),
)
"""The kinds of its news that change anything here."""

OF_ACCOUNTS = ("payout.created", "payout.updated", "payout.paid", "payout.failed")
"""The kinds that are followed of connected accounts: what goes from there to their banks."""

THIN = (
    "v2.core.account[configuration.recipient].capability_status_updated",
    "v2.core.account[requirements].updated",
    "v2.core.account.closed",
)
"""The kinds that tell of an account that something changed, and nothing of what it is now."""


class ProviderError(Exception):
    """A call that did not do what it was for; ``code`` is the provider's word, never its text."""

    def __init__(self, code: str = "", request_id: str = "") -> None:
        super().__init__(code)
        self.code, self.request_id = code, request_id


class NoAnswer(ProviderError):
    """Nothing came back: whether it was done, nobody knows; the same call may be made again."""


class Broken(ProviderError):
    """Answered with a fault of its own: look whether it was done before asking anew."""


class TooFast(ProviderError):
    """Asked too often; nothing was done."""


class Declined(ProviderError):
    """Refused for good: the same call would be refused again."""


@dataclass(frozen=True)
class Payer:
    """Who pays a boleto, as the banks want to know; each as `core.identifiers` keeps it."""

    tax_id: str  # CPF or CNPJ
    name: str
    email: str
    street: str
    city: str
    state: str
    postal_code: str  # eight digits


@dataclass(frozen=True)
class Intent:
    """A payment as it stands there; ``reference`` is the attempt of ours that it belongs to."""

    id: str
    status: str
    amount_cents: int
    received_cents: int
    currency: str
    live: bool
    reference: str
    charge_id: str = ""
    code: str = ""  # Pix, to copy and paste; of a boleto, its number
    paper_url: str = ""  # of a boleto, to print: it names who pays
    expires_at: datetime | None = None  # of the code
    movement: "Movement | None" = None  # what its charge brought in, where that was asked for

    @property
    def is_paid(self) -> bool:
        return self.status == "succeeded"

    def paid_at(self, asked_at: datetime, now: datetime) -> datetime:
        """Return when it was paid, as the provider's own line says; when it was heard, without one.

        Never before it was asked for, nor after now: clocks differ.
        """
        told = self.movement.created_at if self.movement else now
        return min(max(asked_at, told), now)


@dataclass(frozen=True)
class PayPage:
    """A page of the provider on which a card is taken, as it stands there.

    ``reference`` is the attempt of ours that it belongs to. That it is complete says nothing about
    money: its intent does.
    """

    id: str
    status: str
    reference: str
    url: str = ""  # while it is open
    intent_id: str = ""  # once somebody tried to pay
    expires_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ("complete", "expired")


@dataclass(frozen=True)
class MoneyBack:
    """A refund as it stands there; ``reference`` is the refund of ours that it belongs to."""

    id: str
    status: str
    amount_cents: int
    intent_id: str
    reference: str
    movement_id: str = ""


@dataclass(frozen=True)
class Movement:
    """A line of the provider's own account: what came in or went out, and what it kept of that.

    ``kind`` is the provider's word; ``source_id`` what it is of, as the provider calls that.
    """

    id: str
    kind: str
    amount_cents: int
    fee_cents: int
    net_cents: int
    currency: str
    source_id: str
    created_at: datetime
    available_on: datetime


@dataclass(frozen=True)
class Contested:
    """A dispute as it stands there; ``status`` and ``reason`` are the provider's words.

    Of its amount, ``taken_cents`` was taken away so far, and ``returned_cents`` came back.
    """

    id: str
    status: str
    reason: str
    amount_cents: int
    taken_cents: int
    returned_cents: int
    fee_cents: int
    charge_id: str
    opened_at: datetime
    answer_by: datetime | None = None


@dataclass(frozen=True)
class News:
    """That something happened to an object; what it is now, is asked for."""

    id: str
    kind: str
    object_id: str
    created_at: datetime
    live: bool
    version: str
    account: str = ""  # of a connected account; ours without


@dataclass(frozen=True)
class Account:
    """An enterprise's account as it stands there; ``reference`` is the account of ours.

    ``capability`` is the provider's word for whether it may be paid, empty if it said none.
    """

    id: str
    reference: str
    capability: str
    is_closed: bool


@dataclass(frozen=True)
class TakenBack:
    """A part of a transfer that was taken back; ``reference`` is the reversal of ours, if any."""

    id: str
    transfer_id: str
    reference: str
    amount_cents: int
    movement_id: str = ""


@dataclass(frozen=True)
class Sent:
    """A transfer as it stands there; ``reference`` is the transfer of ours that it belongs to."""

    id: str
    reference: str
    amount_cents: int
    currency: str
    destination: str
    movement_id: str = ""
    taken_back: tuple[TakenBack, ...] = ()


@dataclass(frozen=True)
class BankPayout:
    """What went from a connected account to its bank; ``status`` is the provider's word."""

    id: str
    status: str
    failure: str
    amount_cents: int
    arrives_on: date
