"""What is typed about series of fairs."""

from collections.abc import Iterable

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from marketplace.core.fields import DateField, LineField, ParagraphsField
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.plans import SeriesPlan

RHYTHMS = (1, 2, 3, 4, 6, 12)


class SeriesForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    name = LineField(_("Name of the series"), least=3, most=80)
    about = ParagraphsField(_("About the series"), required=False, most=1000)
    every_months = SelectField(_("How often"), coerce=int, default=2)

    def offer(self, divisions: Iterable[tuple[int, str]]) -> None:
        """Show these Divisions as the choices."""
        self.division_id.choices = listed(divisions)
        self.every_months.choices = listed((months, _rhythm(months)) for months in RHYTHMS)

    @property
    def plan(self) -> SeriesPlan:
        return SeriesPlan(self.name.data, self.about.data or "", self.every_months.data)


class EditionForm(FlaskForm):
    first_day = DateField(_("First day of the next edition"))


def _rhythm(months: int) -> str:
    if months == 12:
        return str(gettext("Once a year"))
    return str(ngettext("Each month", "Every %(num)s months", months))
