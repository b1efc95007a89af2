"""The form by which a report is sent by itself."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division
from marketplace.core.fields import IntegerField
from marketplace.reports.declared_forms import offer_divisions
from marketplace.reports.models.schedules import LAST_DAY
from marketplace.reports.sheet_tables import KINDS


class ScheduleForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    kind = SelectField(
        _("Report"), choices=[SelectChoice(kind.value, name) for kind, name in KINDS.items()]
    )
    day = IntegerField(
        _("Day of the month"),
        required=_("Write the day."),
        least=1,
        most=LAST_DAY,
        description=_("From 1 to 28, in the month after the period"),
    )
    to_all = BooleanField(_("Also to all who read the reports of the Division"))

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions; a single one is chosen."""
        offer_divisions(self.division_id, divisions)
