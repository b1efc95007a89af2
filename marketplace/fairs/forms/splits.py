"""What finance types about a common desk's money at the bank."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.core.fields import LineField, MoneyField
from marketplace.fairs.models.splits import BankingKind
from marketplace.fairs.operations.bankings import PROOF_LENGTH

MOST_CENTS = 1_000_000_00


class BankingForm(FlaskForm):
    kind = SelectField(
        _("What is at the bank?"),
        choices=[
            SelectChoice(BankingKind.CASH.value, _("The cash of the box")),
            SelectChoice(BankingKind.MACHINE.value, _("What the card machine's company paid")),
        ],
    )
    counted = MoneyField(_("Amount at the bank"), most=MOST_CENTS, required=_("Write the amount."))
    proof = LineField(_("Number of the proof"), required=_("Write the number."), most=PROOF_LENGTH)
