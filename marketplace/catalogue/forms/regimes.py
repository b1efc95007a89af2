"""Under which regime of tax a group sells."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice


class RegimeForm(FlaskForm):
    regime = SelectField(_("How does your group pay taxes?"), default="")

    def offer(self, known: Iterable[str]) -> None:
        other = SelectChoice("", gettext("Another way, or I do not know"))
        self.regime.choices = [other, *(SelectChoice(each, each) for each in known)]
