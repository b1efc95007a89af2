"""Where somebody read an act."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf

from marketplace.catalogue.operations.legal import LONGEST_PLACE
from marketplace.core.fields import LineField

HOLDS = "sim"


class CheckForm(FlaskForm):
    place = LineField(
        _("Where did you read it?"),
        required=_("Say where you read the act."),
        most=LONGEST_PLACE,
        description=_("For example: the official gazette, its date and page"),
    )
    diz = StringField(
        validators=[AnyOf([HOLDS, "nao"], message=_("Say which of the two the act says."))]
    )
