"""What is typed by the council, and by who answers it."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.core.fields import DateField, LineField, ParagraphsField, Required
from marketplace.oversight import council_words
from marketplace.oversight.operations import opinions, questions


class OpinionForm(FlaskForm):
    words = ParagraphsField(
        _("What is your opinion on this report?"),
        required=_("Write the opinion."),
        most=opinions.LONGEST,
        description=_("Say what was looked at, what you think of it, and what should change."),
    )
    closes_on = DateField(_("Last day to vote"), required=_("Say until when the council votes."))


class VoteForm(FlaskForm):
    choice = RadioField(
        _("Your vote"),
        choices=[SelectChoice(one.value, name) for one, name in council_words.CHOICES.items()],
        validators=[Required(_("Choose how you vote."))],
        validate_choice=True,
    )
    reason = ParagraphsField(
        _("Why?"), required=_("Say in a few words why you vote so."), most=opinions.REASON_LENGTH
    )


class QuestionForm(FlaskForm):
    division_id = SelectField(_("Which Division?"), coerce=int)
    report_id = HiddenField()
    subject = LineField(
        _("What is it about?"), required=_("Say what it is about."), most=questions.SHORT
    )
    words = ParagraphsField(
        _("What do you ask?"), required=_("Write the question."), most=questions.LONGEST
    )

    def offer(self, divisions: Sequence[tuple[int, str]]) -> None:
        self.division_id.choices = [SelectChoice(str(one), name) for one, name in divisions]
        if self.division_id.data is None and divisions:
            self.division_id.data = divisions[0][0]


class AnswerQuestionForm(FlaskForm):
    words = ParagraphsField(
        _("What do you answer?"), required=_("Write the answer."), most=questions.LONGEST
    )


class PutOffForm(FlaskForm):
    words = ParagraphsField(
        _("Why does it take longer?"), required=_("Say why."), most=questions.LONGEST
    )
