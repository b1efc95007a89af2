"""What a group's assembly decided about its hour."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from marketplace.catalogue.operations.hours import LONGEST_MINUTE, MOST_HOUR
from marketplace.core.fields import DateField, LineField, MoneyField


class HourForm(FlaskForm):
    hour = MoneyField(
        _("What an hour of work is to leave"),
        required=_("Write how much an hour is to leave."),
        least=1,
        most=MOST_HOUR,
    )
    decided_on = DateField(_("Day of the assembly"))
    minute = LineField(
        _("Which assembly?"),
        required=False,
        most=LONGEST_MINUTE,
        description=_("For example: ordinary assembly, minute 3. No names of people."),
    )
    paper = FileField(_("The minute: photo or PDF, up to 8 MB"))
