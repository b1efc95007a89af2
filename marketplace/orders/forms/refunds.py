"""What is typed about money that goes back by hand: a key, what was paid, why it came back."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.core.fields import LineField, MoneyField, PixKeyField
from marketplace.payments.operations.by_hand import WORDS_LENGTH


class RefundKeyForm(FlaskForm):
    key = PixKeyField(
        _("Pix key"),
        required=_("Write the Pix key."),
        description=_("CPF, CNPJ, mobile with +55, e-mail or random key."),
    )
    holder = LineField(_("In whose name is the Pix key?"), required=_("Write the name."), most=100)


class SentForm(FlaskForm):
    amount = MoneyField(
        _("Amount that the bank paid"),
        required=_("Write the amount."),
        description=_("As it stands on the bank's proof"),
    )
    proof = LineField(
        _("Number of the proof"),
        required=_("Write the number."),
        most=WORDS_LENGTH,
        description=_("What the bank calls this payment: authentication, or the end of the Pix id"),
    )


class CameBackForm(FlaskForm):
    reason = LineField(
        _("Why?"),
        required=_("Say why, in a few words."),
        most=WORDS_LENGTH,
        description=_("As the bank says it: closed account, key not found…"),
    )
