"""What a refused order says beside single products."""

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core.errors import DomainError
from marketplace.core.money import format_cents
from marketplace.orders.errors import PriceChanged, SoldOut


def notes(refusal: DomainError | None) -> dict[int, str]:
    """Return what a refusal says of single products, by id."""
    if isinstance(refusal, PriceChanged):
        return {
            line.product_id: _(
                "It was %(was)s, now it is %(now)s.",
                was=format_cents(line.was_cents),
                now=format_cents(line.now_cents),
            )
            for line in refusal.lines
        }
    if isinstance(refusal, SoldOut):
        return {line.product_id: _left(line.left) for line in refusal.lines}
    return {}


def _left(left: int) -> str:
    said: str = ngettext(
        "There is only %(num)s. Change the quantity to go on.",
        "There are only %(num)s. Change the quantity to go on.",
        left,
    )
    return said if left else str(_("It sold out. Take it out to go on."))
