"""What is typed of minutes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division
from marketplace.core.fields import DateField, LineField, ParagraphsField
from marketplace.core.money import format_cents
from marketplace.oversight.minutes_words import BODIES
from marketplace.oversight.models.minutes import Minutes
from marketplace.oversight.operations.minutes import LONGEST, NUMBER_LENGTH, REASON_LENGTH, SHORT
from marketplace.payments.models.funds import FundSpending

LONG_NUMBER = 9
HIDES = _("Anybody reads this instead. Other versions with the same PDF go with it.")


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

    seen = HiddenField()

    @property
    def version(self) -> int:
        """Return the number of the version that was read; 0, which none has, for no number."""
        told = self.seen.data or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < LONG_NUMBER else 0

    def show(self, minutes: Minutes) -> None:
        newest = minutes.versions[0]
        self.subject.data, self.summary.data = newest.subject, newest.summary
        self.seen.data = str(newest.number)


class SpendingForm(FlaskForm):
    spending_id = SelectField(_("Which payment?"), coerce=int)

    def offer(self, spendings: Sequence[FundSpending]) -> None:
        """Show these as the choices, each with its amount."""
        self.spending_id.choices = [
            SelectChoice(str(one.id), f"{format_cents(one.amount_cents)}: {one.purpose}")
            for one in spendings
        ]


class WithholdingForm(FlaskForm):
    number = SelectField(_("Which version?"), coerce=int)
    why = LineField(
        _("Why is it taken down?"),
        required=_("Say why it is taken down."),
        most=REASON_LENGTH,
        description=HIDES,
    )

    def offer(self, minutes: Minutes) -> None:
        there = [one for one in minutes.versions if not one.withheld]
        self.number.choices = [SelectChoice(str(one.number), str(one.number)) for one in there]
