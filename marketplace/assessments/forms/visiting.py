"""What is written about a visit: who went, and what was seen by each criterion."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.assessments.labels import SEEN, TIES, VISITS
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Seen, Tie, VisitKind
from marketplace.assessments.operations.visiting import LONGEST
from marketplace.assessments.plans import VisitorPlan, VisitPlan
from marketplace.core.fields import DateField, LineField
from marketplace.core.kept_fields import KeyField
from marketplace.enterprises.labels import CHOOSE, choices

ROWS = (1, 2, 3)


class VisitForm(FlaskForm):
    """The part that is the same for all criteria; `visit_form` adds theirs."""

    codes: tuple[str, ...] = ()
    key = KeyField(needed=False)  # a second press is the same visit
    kind = RadioField(_("Who went?"), [CHOOSE], choices=choices(VISITS))
    visited_on = DateField(_("Day of the visit"))
    present = LineField(_("Who of the group was there?"), most=200)
    name_1 = LineField(_("Name"), required=_("Write who went."), most=120)
    name_2 = LineField(_("Name"), required=False, most=120)
    name_3 = LineField(_("Name"), required=False, most=120)
    photos = MultipleFileField(
        _("Photos of the visit"),
        description=_("Up to 6. Only the group and who checks it see them."),
    )

    def offer(self, peers: Sequence[tuple[int, str]]) -> None:
        """Show these groups as those that visitors may be of."""
        none = [SelectChoice("", _("None: of the Division"))]
        shown = none + [SelectChoice(str(peer_id), name) for peer_id, name in peers]
        for row in ROWS:
            self[f"group_{row}"].choices = shown

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        for code in self.codes:
            seen, note = self[f"seen-{code}"], self[f"note-{code}"]
            if seen.data in (Seen.PARTLY, Seen.NO) and not note.data and not note.errors:
                note.errors = [gettext("Write what you saw, in a few words.")]
                fine = False
        return fine

    def told(self, photos: Sequence[str], corrects_id: int | None) -> VisitPlan:
        """Return the visit with the photos that were taken in."""
        found = {
            code: (Seen(self[f"seen-{code}"].data), self[f"note-{code}"].data or "")
            for code in self.codes
        }
        when: Any = {"kind": VisitKind(self.kind.data), "visited_on": self.visited_on.data}
        return VisitPlan(
            **when,
            present=self.present.data or "",
            visitors=[self._visitor(row) for row in ROWS if self[f"name_{row}"].data],
            findings=found,
            photos=photos,
            corrects_id=corrects_id,
            key=self.key.data or "",
        )

    def _visitor(self, row: int) -> VisitorPlan:
        group = self[f"group_{row}"].data if self.kind.data == VisitKind.PEER else ""
        tie = Tie(self[f"tie_{row}"].data)
        return VisitorPlan(self[f"name_{row}"].data, tie, int(group) if group else None)


for _row in ROWS:
    setattr(VisitForm, f"group_{_row}", SelectField(_("Group"), default=""))
    setattr(VisitForm, f"tie_{_row}", SelectField(_("Tie to the group"), choices=choices(TIES)))


def visit_form(criteria: Sequence[Criterion], language: str, **options: Any) -> VisitForm:
    """Return the form with a question for each criterion, in the reader's language."""
    fields: dict[str, Any] = {"codes": tuple(each.code for each in criteria)}
    for each in criteria:
        told = each.texts[language]
        fields[f"seen-{each.code}"] = RadioField(told["title"], [CHOOSE], choices=choices(SEEN))
        fields[f"note-{each.code}"] = LineField(
            _("What did you see?"), required=False, most=LONGEST
        )
    made: VisitForm = type("VisitForm", (VisitForm,), fields)(**options)
    return made
