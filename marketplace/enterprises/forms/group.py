"""What a group changes about itself."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField

from marketplace.accounts.consents import ASKED, Purpose
from marketplace.accounts.forms import AREA
from marketplace.core.fields import (
    DateField,
    EmailField,
    LineField,
    MobileField,
    ParagraphsField,
    PixKeyField,
)
from marketplace.enterprises.labels import ACCESSES, CHOOSE, choices
from marketplace.enterprises.models import Access

GIVEN = {access: label for access, label in ACCESSES.items() if access is not Access.NONE}


class ProfileForm(FlaskForm):
    mobile = MobileField(
        _("Mobile of the group, with area code"),
        required=_("Write a mobile with area code."),
        area=AREA,
    )
    number_on_page = BooleanField(
        ASKED[Purpose.NUMBER_ON_PAGE].text,
        description=_("Only if it is your own number. As long as you say no, the page hides it."),
    )
    email = EmailField(_("E-mail"), required=False)
    story = ParagraphsField(
        _("The story of the group"),
        required=_("Tell the story of the group, even if short."),
        least=20,
        most=2000,
        description=_("Buyers read it on your page."),
    )


class LeavingForm(FlaskForm):
    left_on = DateField(_("Last day in the group"), required=_("Choose the day."))


class AccessForm(FlaskForm):
    """Access for somebody who has none yet: the mobile tells whose account it is."""

    access = RadioField(
        _("What may this person do here?"),
        choices=choices(GIVEN),
        coerce=Access,
        validators=[CHOOSE],
    )
    mobile = MobileField(
        _("Their mobile with area code"),
        required=_("Write their mobile with area code."),
        area=AREA,
    )


class AccessChangeForm(FlaskForm):
    access = RadioField(
        _("What may this person do here?"),
        choices=choices(ACCESSES),
        coerce=Access,
        validators=[CHOOSE],
    )


class FacilitatorForm(FlaskForm):
    mobile = MobileField(
        _("Mobile of the facilitator, with area code"),
        required=_("Write their mobile with area code."),
        area=AREA,
    )


class PauseForm(FlaskForm):
    first_day = DateField(_("From"), required=_("Choose the first day."))
    last_day = DateField(
        _("Until"), required=False, description=_("Empty: until you say that you are back")
    )
    note = LineField(
        _("What buyers read"),
        required=False,
        most=120,
        description=_("For example: harvest, back in January"),
    )


class PixCancellationForm(FlaskForm):
    reason = LineField(
        _("Why does the key stay?"), required=_("Write why: the other managers read it."), most=200
    )


class PixForm(FlaskForm):
    key = PixKeyField(
        _("Pix key"),
        required=False,
        description=_("CPF, CNPJ, mobile with +55, e-mail or random key. Empty: no Pix."),
    )
    holder = LineField(_("In whose name is the Pix key?"), required=False, most=100)
    reason = LineField(
        _("Why another key?"),
        required=False,
        most=200,
        description=_("All who manage the group read it."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if fine and self.key.data and not self.holder.data:
            self.holder.errors = [gettext("Write the name that the bank shows for this key.")]
            return False
        return fine
