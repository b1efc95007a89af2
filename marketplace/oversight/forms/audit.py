"""What is typed to verify a part of the audit."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.core.fields import DateField


class LinesForm(FlaskForm):
    dia = DateField(_("Day"), required=_("Say of which day."))


class StretchForm(FlaskForm):
    first = DateField(_("From day"), required=_("Say from which day."))
    last = DateField(_("To day"), required=_("Say to which day."))
