"""The ways of paying: a registry that each way enters, here or on joining the house later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask_babel import lazy_gettext as _

from marketplace.core.money import format_cents
from marketplace.enterprises.pix_keys import Pix
from marketplace.payments import settings
from marketplace.payments.models.payments import Method

LEAST_CENTS = 50  # that the provider takes
BOLETO_CENTS = 500, 4_999_999
"""The least and the most. **Source:** https://docs.stripe.com/payments/boleto."""


class Payee(Protocol):
    """What a way of paying asks of an enterprise."""

    def pix_at(self, now: datetime) -> Pix:
        """Return the key that counts at a moment."""


class PaymentMethod(Protocol):
    """What the house must know of a way of paying before it offers it."""

    @property
    def label(self) -> str: ...

    @property
    def online(self) -> bool:
        """Whether it is paid when ordering: a sale then, and a distance contract."""

    def refusal(self, enterprise: Payee, amount_cents: int, now: datetime) -> str | None:
        """Return why this enterprise cannot take this amount so; none if it can."""


@dataclass(frozen=True)
class Cash:
    label: str = _("Cash")
    online: bool = False

    def refusal(self, enterprise: Payee, amount_cents: int, now: datetime) -> str | None:  # noqa: ARG002
        return None


@dataclass(frozen=True)
class OwnPix:
    """Straight to the enterprise's own key: what arrived, only a person can tell."""

    label: str = _("Pix to the stall")
    online: bool = False

    def refusal(self, enterprise: Payee, amount_cents: int, now: datetime) -> str | None:  # noqa: ARG002
        has_key = enterprise.pix_at(now).key
        return None if has_key else str(_("This enterprise has no Pix key yet."))


@dataclass(frozen=True)
class Online:
    """Through the provider, for all enterprises of a purchase at once.

    **Source:** https://docs.stripe.com/currencies (the least amount in BRL: R$ 0,50).
    """

    method: Method
    label: str
    too_little: str  # with the least amount
    too_much: str = ""  # with the most
    least_cents: int = LEAST_CENTS
    most_cents: int | None = None
    online: bool = True

    def refusal(self, enterprise: Payee, amount_cents: int, now: datetime) -> str | None:  # noqa: ARG002
        if settings.fee_cents(self.method, amount_cents) is None:
            return str(_("This way of paying is not open yet."))
        if amount_cents < self.least_cents:
            return str(self.too_little) % {"least": format_cents(self.least_cents)}
        if self.most_cents and amount_cents > self.most_cents:
            return str(self.too_much) % {"most": format_cents(self.most_cents)}
        return None


registry: dict[Method, PaymentMethod] = {
    Method.CASH: Cash(),
    Method.OWN_PIX: OwnPix(),
    Method.PIX: Online(Method.PIX, _("Pix"), _("Pix is for %(least)s or more.")),
    Method.CARD: Online(Method.CARD, _("Card"), _("A card is for %(least)s or more.")),
    Method.BOLETO: Online(
        Method.BOLETO,
        _("Boleto"),
        _("A boleto is for %(least)s or more."),
        _("A boleto is for %(most)s at most."),
        *BOLETO_CENTS,
    ),
}


def refusal(
    method: Method,
    *,
    amount_cents: int,
    whole_cents: int | None = None,
    enterprise: Payee,
    now: datetime,
) -> str | None:
    """Return why a way of paying is not offered to buyers of this enterprise; none if it is.

    What is paid online is paid at once for all enterprises: ``whole_cents``, where that is more.
    """
    rule = registry[method]
    amount = whole_cents if rule.online and whole_cents is not None else amount_cents
    return rule.refusal(enterprise, amount, now)


def offered(
    enterprise: Payee, *, amount_cents: int, whole_cents: int | None = None, now: datetime
) -> list[Method]:
    """Return the ways in which this enterprise can be paid this amount, in their fixed order."""
    facts: Any = {"amount_cents": amount_cents, "whole_cents": whole_cents, "now": now}
    return [way for way in registry if refusal(way, enterprise=enterprise, **facts) is None]


def open_here() -> list[Method]:
    """Return the online ways that this installation takes, whatever the amount."""
    return [way for way in registry if settings.fee_cents(way, LEAST_CENTS) is not None]


def online() -> frozenset[Method]:
    return frozenset(method for method, rule in registry.items() if rule.online)
