"""What is typed of a complaint, on both sides."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division, User
from marketplace.core.fields import LineField, ParagraphsField, Required
from marketplace.enterprises.models import Enterprise
from marketplace.oversight import labels
from marketplace.oversight.operations.complaints import LONGEST, SHORT

FILES = _("Up to 3: photos of up to 8 MB, PDF of up to 4 MB. Photos lose where they were taken.")


class ComplaintForm(FlaskForm):
    key = HiddenField()  # sent twice, it is one complaint
    matter = RadioField(
        _("What is it about?"),
        choices=[SelectChoice(one.value, name) for one, name in labels.MATTERS.items()],
        validators=[Required(_("Choose what it is about."))],
        validate_choice=True,
    )
    story = ParagraphsField(_("What happened?"), required=_("Tell what happened."), most=LONGEST)
    place = LineField(_("Where and when?"), required=False, most=SHORT)
    division_id = SelectField(_("Which Division?"), coerce=int)
    enterprise_id = SelectField(_("Is it about a group?"), coerce=int)
    files = MultipleFileField(_("Photos or PDF"), description=FILES)
    contact = LineField(
        _("How can we reach you?"),
        required=False,
        most=SHORT,
        description=_("Leave it empty and nobody knows who you are."),
    )

    def offer(self, divisions: Sequence[Division], groups: Sequence[Enterprise]) -> None:
        self.division_id.choices = _choices([(one.id, one.name) for one in divisions])
        none = [(0, _("No, or it is not in this list"))]
        self.enterprise_id.choices = _choices(none + [(one.id, one.name) for one in groups])
        if not self.is_submitted() and divisions:
            self.division_id.data = divisions[0].id
        if self.enterprise_id.data is None:
            self.enterprise_id.data = 0
        if self.division_id.data is None and divisions:
            self.division_id.data = divisions[0].id


class CodeForm(FlaskForm):
    code = LineField(_("Your code"), required=_("Type the code."), most=60)


class MoreForm(FlaskForm):
    words = ParagraphsField(_("Write more"), required=False, most=LONGEST)
    files = MultipleFileField(_("Photos or PDF"), description=FILES)


class AnswerForm(FlaskForm):
    words = ParagraphsField(
        _("What do you answer?"),
        required=_("Write the answer."),
        most=LONGEST,
        description=_("Whoever told it reads this on their page, without your name."),
    )


class ClosingForm(FlaskForm):
    words = ParagraphsField(
        _("Why is it closed?"),
        required=_("Say why."),
        most=LONGEST,
        description=_("Whoever told it reads this on their page, without your name."),
    )


class HandingForm(FlaskForm):
    user_id = SelectField(_("To whom?"), coerce=int)

    def offer(self, people: Sequence[User]) -> None:
        self.user_id.choices = _choices([(one.id, one.name) for one in people])


class NamingForm(FlaskForm):
    enterprise_id = SelectField(_("Which group is it about?"), coerce=int)

    def offer(self, groups: Sequence[Enterprise]) -> None:
        self.enterprise_id.choices = _choices([(one.id, one.name) for one in groups])


def _choices(pairs: Sequence[tuple[int, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), name) for value, name in pairs]
