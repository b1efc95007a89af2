"""What is typed of minutes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division
from marketplace.core.fields import DateField, LineField, ParagraphsField
from marketplace.oversight.minutes_words import BODIES
from marketplace.oversight.models.minutes import Minutes
from marketplace.oversight.operations.minutes import LONGEST, NUMBER_LENGTH, REASON_LENGTH, SHORT


class WrittenForm(FlaskForm):
    """What may be corrected of minutes."""

    subject = LineField(_("Subject"), required=_("Say what the meeting was about."), most=SHORT)
    summary = ParagraphsField(
        _("What was decided, in a few words"),
        required=_("Write a summary: many read only that."),
        most=LONGEST,
    )
    paper = FileField(
        _("The minutes as PDF, up to 8 MB"),
        description=_("Anybody may read it: cover numbers of documents, addresses and phones."),
    )


class MinutesForm(WrittenForm):
    division_id = SelectField(_("Which Division?"), coerce=int)
    body = SelectField(
        _("Who met?"), choices=[SelectChoice(one.value, name) for one, name in BODIES.items()]
    )
    held_on = DateField(_("Day of the meeting"), required=_("Say when it was."))
    number = LineField(
        _("Number"), required=_("Write the number of the minutes."), most=NUMBER_LENGTH
    )

    def offer(self, divisions: Sequence[Division]) -> None:
        self.division_id.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
        if self.division_id.data is None and divisions:
            self.division_id.data = divisions[0].id


class CorrectionForm(WrittenForm):
    reason = LineField(
        _("Why are they corrected?"), required=_("Say why they are corrected."), most=REASON_LENGTH
    )

    def show(self, minutes: Minutes) -> None:
        self.subject.data, self.summary.data = minutes.subject, minutes.summary
