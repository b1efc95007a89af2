"""What a buyer types about money that goes back by hand; what the bank says, payments ask."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.core.fields import LineField, PixKeyField


class RefundKeyForm(FlaskForm):
    key = PixKeyField(
        _("Pix key"),
        required=_("Write the Pix key."),
        description=_("CPF, CNPJ, mobile with +55, e-mail or random key."),
    )
    holder = LineField(_("In whose name is the Pix key?"), required=_("Write the name."), most=100)
