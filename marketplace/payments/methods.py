"""The ways of paying: a registry that each way enters, here or on joining the house later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask_babel import lazy_gettext as _

from marketplace.core.money import format_cents
from marketplace.enterprises.pix_keys import Pix
from marketplace.payments import settings
from marketplace.payments.models.payments import Method

LEAST_CENTS = 50  # that the provider takes


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
    online: bool = True

    def refusal(self, enterprise: Payee, amount_cents: int, now: datetime) -> str | None:  # noqa: ARG002
        if settings.fee_cents(self.method, amount_cents) is None:
            return str(_("This way of paying is not open yet."))
        if amount_cents >= LEAST_CENTS:
            return None
        return str(self.too_little) % {"least": format_cents(LEAST_CENTS)}


registry: dict[Method, PaymentMethod] = {
    Method.CASH: Cash(),
    Method.OWN_PIX: OwnPix(),
    Method.PIX: Online(Method.PIX, _("Pix"), _("Pix is for %(least)s or more.")),
    Method.CARD: Online(Method.CARD, _("Card"), _("A card is for %(least)s or more.")),
}


def refusal(method: Method, *, amount_cents: int, enterprise: Payee, now: datetime) -> str | None:
    """Return why a way of paying is not offered to buyers of this enterprise; none if it is."""
    if method not in registry:
        return str(_("This way of paying is not open yet."))
    return registry[method].refusal(enterprise, amount_cents, now)


def offered(enterprise: Payee, *, amount_cents: int, now: datetime) -> list[Method]:
    """Return the ways in which this enterprise can be paid this amount, in their fixed order."""
    ways = registry.items()
    return [method for method, way in ways if way.refusal(enterprise, amount_cents, now) is None]


def open_here() -> list[Method]:
    """Return the online ways that this installation takes, whatever the amount."""
    return [way for way in registry if settings.fee_cents(way, LEAST_CENTS) is not None]


def online() -> frozenset[Method]:
    return frozenset(method for method, rule in registry.items() if rule.online)
