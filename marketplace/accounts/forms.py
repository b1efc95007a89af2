"""Forms of the accounts."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from marketplace.accounts import passwords
from marketplace.accounts.consents import ASKED, Purpose
from marketplace.accounts.rights_table import NAMES
from marketplace.core.fields import EmailField, LineField, MobileField, Required
from marketplace.core.kept_fields import CarriedField, SecretField
from marketplace.core.language import NAMES as LANGUAGES

AREA = "92"
WHO_IS_MISSING = _("Write the mobile number or the e-mail.")
LANGUAGE_CHOICES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


def not_weak(_form: object, field: Any) -> None:
    if len(field.data or "") > passwords.LONGEST:
        raise ValidationError(_("Use at most 200 letters."))
    if passwords.is_weak(field.data or ""):
        raise ValidationError(
            _("Use at least 8 letters or numbers, and nothing easy like 12345678.")
        )


class NewPasswordField(SecretField):
    """A password to be set; once is enough, since a wrong one is mended with a code."""

    def __init__(self, label: object, **options: Any) -> None:
        hint = _("At least 8 letters or numbers. A short sentence is easy to keep in mind.")
        super().__init__(
            label, [Required(_("Choose a password.")), not_weak], description=hint, **options
        )


class PersonFields(FlaskForm):
    """How somebody is called and reached: one way at least."""

    name = LineField(_("Name"), required=_("Write the name."), least=2, most=120)
    mobile = MobileField(_("Mobile number with area code"), required=False, area=AREA)
    email = EmailField(_("E-mail"), required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if fine and not (self.mobile.data or self.email.data):
            self.mobile.errors = [_("Write a mobile number or an e-mail.")]
            return False
        return fine


class LoginForm(FlaskForm):
    identifier = LineField(
        _("Mobile number with area code, or e-mail"), required=WHO_IS_MISSING, most=254
    )
    password = SecretField(_("Password"), [Required(_("Write the password."))])
    voltar = CarriedField()


class SignUpForm(PersonFields):
    password = NewPasswordField(_("Password"))
    news_by_whatsapp = BooleanField(ASKED[Purpose.NEWS_BY_WHATSAPP].text)
    voltar = CarriedField()


class ForgottenForm(FlaskForm):
    identifier = LineField(
        _("Mobile number with area code, or e-mail"), required=WHO_IS_MISSING, most=254
    )


class CodeForm(FlaskForm):
    identifier = LineField(
        _("Mobile number with area code, or e-mail"), required=WHO_IS_MISSING, most=254
    )
    code = LineField(_("Code"), required=_("Write the code."), most=20)
    password = NewPasswordField(_("New password"))


class OwnDataForm(PersonFields):
    password = SecretField(
        _("The password you use now"), [Required(_("Write the password you use now."))]
    )


class PasswordForm(FlaskForm):
    current = SecretField(
        _("The password you use now"), [Required(_("Write the password you use now."))]
    )
    password = NewPasswordField(_("New password"))


class LanguageForm(FlaskForm):
    language = RadioField(_("Language"), choices=LANGUAGE_CHOICES)


class NewPersonForm(PersonFields):
    language = SelectField(_("Language"), choices=LANGUAGE_CHOICES)
    news_by_whatsapp = BooleanField(
        _("I read this to the person, and they said yes:"),
        description=ASKED[Purpose.NEWS_BY_WHATSAPP].text,
    )


class HelpForm(FlaskForm):
    identifier = LineField(_("Mobile number with area code, or e-mail, of the person"), most=254)


class GrantForm(FlaskForm):
    role = SelectField(_("Role"), [InputRequired(_("Choose a role."))])
    reason = LineField(_("Why"), most=300)

    def offer(self, roles: list[str]) -> None:
        named = [SelectChoice(role, NAMES[role]) for role in roles]
        self.role.choices = [SelectChoice("", _("Choose")), *named]


class ReasonForm(FlaskForm):
    reason = LineField(_("Why"), most=300)


class ZoneForm(FlaskForm):
    name = LineField(_("Name of the zone"), least=2, most=80)


class NeighbourhoodForm(FlaskForm):
    name = LineField(_("Name of the neighbourhood"), least=2, most=80)
    zone_id = SelectField(_("Zone"), coerce=int)

    def offer(self, zones: list[Any]) -> None:
        self.zone_id.choices = [SelectChoice(zone.id, zone.name) for zone in zones]


class DivisionForm(FlaskForm):
    name = LineField(_("Name"), least=2, most=120)
    phone = LineField(_("Telephone"), required=False, most=40)
    email = EmailField(_("E-mail"), required=False)
    address = LineField(_("Address"), required=False, most=200)


class FactorForm(FlaskForm):
    code = LineField(_("Code of the app"), required=_("Write the code."), most=20)


class EnrolmentForm(FactorForm):
    sealed = CarriedField()  # the key that the page shows, readable to us alone
    voltar = CarriedField()


class ProofForm(FlaskForm):
    password = SecretField(
        _("The password you use now"), [Required(_("Write the password you use now."))]
    )
    code = LineField(_("Code of the app"), required=False, most=20)
    voltar = CarriedField()


class ErasureForm(FlaskForm):
    password = SecretField(
        _("The password you use now"), [Required(_("Write the password you use now."))]
    )


class PaperForm(FlaskForm):
    paper = LineField(
        _("Number of the written request"),
        least=3,
        most=40,
        validators=[Regexp(r"[0-9./-]+$", message=_("Write only numbers, dots, dashes and bars."))],
    )
