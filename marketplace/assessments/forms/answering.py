"""What a group writes about itself."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import RadioField

from marketplace.assessments.labels import SAID
from marketplace.assessments.models.assessments import Said
from marketplace.assessments.operations.answering import LONGEST, TELLING
from marketplace.assessments.plans import Paper
from marketplace.core.fields import DateField, LineField, ParagraphsField
from marketplace.enterprises.labels import CHOOSE, choices


class AnswerForm(FlaskForm):
    said = RadioField(_("How is it in your group?"), [CHOOSE], choices=choices(SAID))
    words = ParagraphsField(
        _("How do you do it?"),
        required=False,
        most=LONGEST,
        description=_("One sentence is enough."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if fine and self.said.data in set(TELLING) and not self.words.data:
            self.words.errors = [gettext("Say in a sentence how the group does it.")]
            return False
        return fine

    def chosen(self) -> Said:
        return Said(self.said.data)


class PaperForm(FlaskForm):
    title = LineField(_("What is it?"), required=_("Say what it is."), most=120)
    number = LineField(_("Number, if it has one"), required=False, most=60)
    issued_on = DateField(_("Date of the paper"), required=False)
    expires_on = DateField(_("Valid until"), required=False)
    paper = FileField(_("Photo or PDF, up to 8 MB"))

    def told(self, file: str) -> Paper:
        """Return the paper with the file that was taken in, if any."""
        names = ("title", "number", "issued_on", "expires_on")
        return Paper(**{name: self[name].data for name in names}, file=file)
