"""What staff write when they check what a group sent."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from marketplace.core.fields import LineField
from marketplace.enterprises.labels import CHOOSE

YES, NO = "sim", "nao"


class CheckForm(FlaskForm):
    accepted = RadioField(
        _("Does it show what it should?"),
        [CHOOSE],
        choices=[SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No"))],
    )
    note = LineField(_("What you saw"), required=False, most=500)
