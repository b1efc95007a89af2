"""What staff write when they decide."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.forms import AREA
from marketplace.core.fields import LineField, MobileField, ParagraphsField
from marketplace.core.kept_fields import CarriedField
from marketplace.enterprises.models import Enterprise
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
    mark = CarriedField()
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


class ManagerForm(FlaskForm):
    """Who will manage a group that came in without one."""

    member_id = SelectField(_("Which person of the group?"), coerce=int)
    name = LineField(_("Name"), required=_("Write the name."), least=2, most=120)
    mobile = MobileField(
        _("Mobile with area code"), required=_("Write a mobile with area code."), area=AREA
    )

    def offer(self, enterprise: Enterprise) -> None:
        self.member_id.choices = [SelectChoice(m.id, m.name) for m in enterprise.live_members]


class SheetForm(FlaskForm):
    sheet = FileField(
        _("Spreadsheet"), description=_("CSV or Excel (XLSX), up to 5 MB and 5,000 rows")
    )
