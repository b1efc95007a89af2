"""What is typed when the box that backs notes is counted."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from marketplace.core.fields import LineField, MoneyField
from marketplace.core.kept_fields import KeyField
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.forms.notes import MOST_CENTS
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations.note_counts import REASON_LENGTH, BoxCount


class BoxForm(FlaskForm):
    key = KeyField()
    division_id = SelectField(_("Division"), coerce=int)
    counted = MoneyField(_("Counted in the box (R$)"), least=0, most=MOST_CENTS)
    reason = LineField(
        _("Why it differs"),
        most=REASON_LENGTH,
        required=False,
        description=_("Only where it is another sum than the books have."),
    )
    fair_id = SelectField(_("At which fair"), coerce=int, default=0)

    def offer(self, divisions: Iterable[tuple[int, str]], fairs: Iterable[Fair]) -> None:
        """Show these Divisions and fairs as the choices."""
        named = ((one.id, one.name) for one in fairs)
        self.division_id.choices = listed(divisions)
        self.fair_id.choices = listed([(0, gettext("At none")), *named])

    @property
    def told(self) -> BoxCount:
        return BoxCount(
            self.counted.data or 0, self.fair_id.data or None, reason=self.reason.data or ""
        )
