"""What is written about the commission: its members, what it decided, an appeal."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from marketplace.assessments.labels import ASIDE, OUTCOMES, TIES
from marketplace.assessments.models.commission import CommissionMember, Outcome
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Tie
from marketplace.assessments.operations.appeals import LONGEST
from marketplace.assessments.plans import RulingPlan
from marketplace.core import formats
from marketplace.core.fields import DateField, IntegerField, LineField, ParagraphsField
from marketplace.core.kept_fields import KeyField
from marketplace.enterprises.labels import CHOOSE, choices

AWAY, DECIDED = "away", "decided"


class MemberForm(FlaskForm):
    user_id = SelectField(_("Who?"), coerce=int)
    seat = LineField(
        _("Speaks for"), most=120, description=_("Forum, council, Division, university")
    )
    from_on = DateField(_("From"))
    until_on = DateField(_("Until"), required=False)

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        self.user_id.choices = [SelectChoice(user_id, name) for user_id, name in people]


class TermForm(FlaskForm):
    months = IntegerField(_("For how many months does it hold?"), least=1, most=60)


class AppealForm(FlaskForm):
    words = ParagraphsField(
        _("Why should the commission look again?"),
        required=_("Say in your words what is not right."),
        most=LONGEST,
    )
    paper = FileField(_("Photo or PDF, up to 8 MB"))


class RulingForm(FlaskForm):
    """The part that is the same at each meeting; `ruling_form` adds the members."""

    members: tuple[int, ...] = ()
    key = KeyField(needed=False)  # a second press is the same ruling
    outcome = RadioField(_("What was decided?"), [CHOOSE], choices=choices(OUTCOMES))
    met_on = DateField(_("Day of the meeting"))
    reasons = ParagraphsField(_("Reasons, for the group to read"), most=4000)
    conditions = ParagraphsField(_("Conditions"), required=False, most=2000)
    conditions_until = DateField(_("To be met until"), required=False)
    principles = SelectMultipleField(_("Principles found kept"))

    def plan(self) -> RulingPlan:
        said = {one: self[f"member-{one}"].data for one in self.members}
        when: Any = {"met_on": self.met_on.data, "conditions_until": self.conditions_until.data}
        return RulingPlan(
            outcome=Outcome(self.outcome.data),
            reasons=self.reasons.data or "",
            decided=[one for one, how in said.items() if how == DECIDED],
            aside={one: Tie(how) for one, how in said.items() if how not in (AWAY, DECIDED)},
            principles=self.principles.data or [],
            conditions=self.conditions.data or "",
            key=self.key.data or "",
            **when,
        )


def ruling_form(
    criteria: Sequence[Criterion],
    members: Sequence[CommissionMember],
    language: str,
    known: Mapping[str, Any] | None = None,
) -> RulingForm:
    """Return the form with a question for each member of the commission."""
    parts = {AWAY: _("Was not there"), DECIDED: _("Decided")}
    parts |= {tie: ASIDE[tie] for tie in TIES if tie is not Tie.NONE}
    fields: dict[str, Any] = {"members": tuple(one.id for one in members)}
    for one in members:
        fields[f"member-{one.id}"] = SelectField(
            one.user.name, choices=choices(parts), default=AWAY, description=seat_of(one)
        )
    made: RulingForm = type("RulingForm", (RulingForm,), fields)(data=known)
    made.principles.choices = [
        SelectChoice(each.code, each.texts[language]["title"]) for each in criteria
    ]
    return made


def seat_of(member: CommissionMember) -> str:
    """Return whom a member speaks for, and until when, where that ends."""
    if member.until_on is None:
        return member.seat
    facts = {"seat": member.seat, "day": formats.day(member.until_on)}
    return str(gettext("%(seat)s, until %(day)s", **facts))
