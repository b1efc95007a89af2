"""Why a fair is closed, and why it is opened again."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.core.fields import ParagraphsField
from marketplace.fairs.operations.ending import LONGEST


class CloseForm(FlaskForm):
    reason = ParagraphsField(
        _("Why is it closed with this pending?"),
        required=False,
        most=LONGEST,
        description=_("It stands in what happened to the fair; staff read it"),
    )


class ReopenForm(FlaskForm):
    reason = ParagraphsField(
        _("Why is it opened again?"),
        least=5,
        most=LONGEST,
        description=_("It stands in what happened to the fair; staff read it"),
    )
