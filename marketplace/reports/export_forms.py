"""Of which Division and period every line of sale is asked for."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division
from marketplace.reports.declared_forms import offer_divisions
from marketplace.reports.indicators.forms import name_of
from marketplace.reports.indicators.periods import keys, of_key
from marketplace.reports.periods import Period


class ExportForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    periodo = SelectField(_("Period"))

    def offer(self, divisions: list[Division], today: date) -> None:
        """Show these Divisions and the periods up to ``today`` as the choices."""
        offer_divisions(self.division_id, divisions)
        self.periodo.choices = [SelectChoice(key, name_of(key)) for key in keys(today)]

    @property
    def period(self) -> Period:
        """Return what was chosen.

        :raises ValueError: before it is validated.
        """
        if (found := of_key(self.periodo.data or "")) is None:
            raise ValueError
        return found
