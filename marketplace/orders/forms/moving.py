"""What is typed where orders are answered, prepared and handed over."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from marketplace.core.fields import LineField
from marketplace.orders.forms.purchases import CODE
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.operations.steps import REASON_LENGTH
from marketplace.payments import methods
from marketplace.payments.models.payments import Method


def paid_there(order: Order, now: datetime) -> list[Method]:
    """Return the ways in which an order can be paid on the spot, or the one in which it was."""
    if order.is_prepaid:
        return [order.method]
    offered = methods.offered(order.enterprise, amount_cents=order.total_cents, now=now)
    return [method for method in offered if method not in methods.online()]


class ReasonForm(FlaskForm):
    reason = LineField(
        _("Why?"),
        required=_("Say why, in a few words."),
        most=REASON_LENGTH,
        description=_("The buyer reads it."),
    )


class ReadyForm(FlaskForm):
    reason = LineField(
        _("Why is it less?"),
        required=False,
        most=REASON_LENGTH,
        description=_("Only if you set apart less than was ordered. The buyer reads it."),
    )


class PaidForm(FlaskForm):
    paid_with = RadioField(_("How was it paid?"))

    def offer(self, offered: Iterable[Method]) -> None:
        """Show these ways of paying as the choices."""
        self.paid_with.choices = [
            SelectChoice(method.value, methods.registry[method].label) for method in offered
        ]


class GivingForm(PaidForm):
    """A hand-over by staff: without the code, so with a reason."""

    reason = LineField(
        _("Why without the code?"),
        required=_("Say why, in a few words."),
        most=REASON_LENGTH,
        description=_("How you know who it is, and who was there"),
    )


class HandoverForm(PaidForm):
    code = LineField(
        _("The buyer's code"),
        [CODE],
        required=_("Write the code of 6 digits."),
        most=20,
        description=_("6 digits, on the buyer's screen"),
    )
    reason = LineField(
        _("Reason"),
        required=False,
        most=REASON_LENGTH,
        description=_("If less is handed over, or the buyer has no code"),
    )

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.code.data or ""))

    def without_code(self) -> None:
        """Ask for no code: who hands over knows the buyer otherwise, and says how."""
        self.code.validators = ()


class QuickForm(FlaskForm):
    """At the stall: which order, and its code."""

    number = LineField(
        _("Number of the order"),
        required=_("Write the number of the order."),
        most=20,
        description=_("As on the buyer's screen: 2481-A"),
    )
    code = LineField(
        _("The buyer's code"),
        [CODE],
        required=_("Write the code of 6 digits."),
        most=20,
        description=_("6 digits, on the buyer's screen"),
    )


def boxes(sent: Mapping[str, str], lines: Iterable[OrderLine]) -> dict[int, str]:
    """Return what was typed into the box of each line, by the line's id; nothing for an empty one.

    The boxes are called ``quantity-<line id>``; a line without one is left to its default.
    """
    typed = {line.id: sent.get(f"quantity-{line.id}", "").strip() for line in lines}
    return {key: text for key, text in typed.items() if text}


def quantities(typed: Mapping[int, str]) -> dict[int, int]:
    """Return the pieces that boxes say; what cannot be read is one too many."""
    return {
        key: int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 10**6
        for key, text in typed.items()
    }
