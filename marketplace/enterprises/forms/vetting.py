"""What staff write when they decide."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField

from marketplace.core.fields import LineField, ParagraphsField
from marketplace.enterprises.steps import MARKS


class ReasonForm(FlaskForm):
    reason = ParagraphsField(
        _("Reason"),
        required=_("Write the reason: the group will read it."),
        least=5,
        most=1000,
        description=_("The group reads it. Say what happened and what to do."),
    )


class MarkRow(Form):
    mark = HiddenField()
    flagged = BooleanField()
    note = LineField(_("What is wrong, or missing"), required=False, most=300)


class ReturnForm(ReasonForm):
    """The reason, and each mark that is to be mended with its note."""

    rows = FieldList(FormField(MarkRow))

    def fields(self) -> dict[str, str]:
        return {row["mark"]: row["note"] for row in self.rows.data if row["flagged"]}

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if not self.fields():
            self.form_errors.append(gettext("Mark at least one thing to mend."))
            return False
        return fine


def blank_return() -> ReturnForm:
    return ReturnForm(rows=[{"mark": mark} for mark in MARKS])
