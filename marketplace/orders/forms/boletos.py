"""Who pays a boleto: what banks want to know, and nothing else."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.core import identifiers
from marketplace.core.fields import EmailField, IdentifierField, LineField, ParsedField
from marketplace.orders.models.orders import Purchase
from marketplace.payments.provider import Payer

STATES = (
    *("AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB"),
    *("PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"),
)
CNPJ_LENGTH = 14


def tax_id(text: str) -> str:
    """Return a CPF's eleven digits, or a CNPJ's fourteen characters.

    :raises BadIdentifier: if it is neither.
    """
    written = re.sub(r"[ ./-]", "", text)
    return identifiers.cnpj(text) if len(written) >= CNPJ_LENGTH else identifiers.cpf(text)


class TaxIdField(IdentifierField):
    reader = staticmethod(tax_id)


class PostalCodeField(ParsedField):
    """Eight digits, typed with or without a hyphen."""

    def parse(self, typed: str) -> str:
        digits = re.sub(r"[ .-]", "", typed)
        if not re.fullmatch(r"[0-9]{8}", digits):
            raise ValueError(_("A CEP has 8 digits, like 69000-000."))
        return digits

    def show(self, value: str) -> str:
        return f"{value[:5]}-{value[5:]}"


class PayerForm(FlaskForm):
    tax_id = TaxIdField(
        _("CPF or CNPJ"),
        required=_("Write the CPF or CNPJ of who pays."),
        description=_("Of who pays: it stands on the boleto"),
    )
    name = LineField(_("Full name"), required=_("Write the name of who pays."), least=3, most=80)
    email = EmailField(_("E-mail"), required=_("Write an e-mail address."))
    postal_code = PostalCodeField(_("CEP"), required=_("Write the CEP."))
    street = LineField(
        _("Street and number"), required=_("Write street and number."), least=3, most=120
    )
    city = LineField(_("City"), required=_("Write the city."), least=2, most=60)
    state = SelectField(
        _("State (UF)"),
        choices=[SelectChoice("", _("Choose")), *(SelectChoice(name, name) for name in STATES)],
        validate_choice=False,
    )

    def validate_state(self, field: Any) -> None:
        if field.data not in STATES:
            raise ValidationError(_("Choose the state."))

    @property
    def payer(self) -> Payer:
        return Payer(**{name: self[name].data for name in Payer.__dataclass_fields__})


def payer_form(purchase: Purchase) -> PayerForm:
    """Return the form, with what the buyer told when ordering."""
    return PayerForm(data={"name": purchase.buyer_name, "email": purchase.buyer_email})
