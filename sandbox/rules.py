"""What the typed parameters cannot say: which combinations and amounts the provider takes."""

from typing import Any

from sandbox.errors import Refused
from sandbox.world import HOUR, Thing

LEAST = {"card": 50, "pix": 50, "boleto": 500}  # centavos
MOST = {"card": 99_999_999, "pix": 99_999_999, "boleto": 4_999_999}
METHODS = tuple(LEAST)
PIX_SECONDS = (60, 1_209_600)
BOLETO_DAYS = (0, 60)
SESSION_SECONDS = (HOUR // 2, 24 * HOUR)
MOST_METADATA = 50


def one_currency(sent: Thing) -> None:
    """**Source:** https://docs.stripe.com/payments/pix, …/boleto (BRL only)."""
    if sent.get("currency", "brl").lower() != "brl":
        raise Refused("This sandbox takes BRL only.", code="invalid_currency", param="currency")


def amount(method: str, centavos: int) -> None:
    """**Source:** https://docs.stripe.com/currencies (minimum), https://docs.stripe.com/payments/boleto."""
    if centavos < LEAST[method]:
        raise Refused("Amount is too small.", code="amount_too_small", param="amount")
    if centavos > MOST[method]:
        raise Refused("Amount is too large.", code="amount_too_large", param="amount")


def method(name: str, *, param: str = "payment_method_data[type]") -> None:
    if name not in METHODS:
        raise Refused(f"The payment method type {name} is not activated.", param=param)


def boleto_payer(sent: Thing) -> None:
    """Ask who pays a boleto.

    **Source:** https://docs.stripe.com/payments/boleto/accept-a-payment (CPF or CNPJ, name, e-mail,
    address).
    """
    where = "payment_method_data"
    if not sent.get("boleto", {}).get("tax_id"):
        _lacks(f"{where}[boleto][tax_id]")
    payer: Any = sent.get("billing_details", {})
    for name in ("name", "email", "address"):
        if not payer.get(name):
            _lacks(f"{where}[billing_details][{name}]")


def between(value: int, bounds: tuple[int, int], param: str) -> int:
    if not bounds[0] <= value <= bounds[1]:
        raise Refused(f"{param} must be from {bounds[0]} to {bounds[1]}.", param=param)
    return value


def metadata(sent: Thing) -> None:
    """**Source:** https://docs.stripe.com/api/metadata (50 keys, of 40, values of 500)."""
    found = sent.get("metadata") or {}
    if len(found) > MOST_METADATA or any(
        len(k) > 40 or len(str(v)) > 500 for k, v in found.items()
    ):
        raise Refused("Metadata has too many or too long entries.", param="metadata")


def session(sent: Thing) -> None:
    """**Source:** https://docs.stripe.com/api/checkout/sessions/create."""
    if sent.get("mode") != "payment":
        raise Refused("This sandbox takes mode=payment only.", param="mode")
    if not sent.get("line_items"):
        _lacks("line_items")
    hosted = sent.get("ui_mode", "hosted_page") == "hosted_page"
    if hosted and not sent.get("success_url"):
        _lacks("success_url")


def merged(kept: Thing, sent: Thing | str | None) -> Thing:
    """Return metadata with what was sent; an empty text takes a key out, or all of them."""
    if not isinstance(sent, dict):
        return {} if sent == "" else kept
    return {name: value for name, value in (kept | sent).items() if value != ""}


def _lacks(param: str) -> None:
    raise Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)
