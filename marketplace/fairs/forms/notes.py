"""What is typed about notes of a social currency."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

from marketplace.core.fields import LineField, MoneyField
from marketplace.core.kept_fields import KeyField
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.labels import NOTE_KINDS
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.notes import NoteKind
from marketplace.fairs.operations.notes import NOTE_LENGTH, NotesPlan

MOST_CENTS = 1_000_000_00


class NotesForm(FlaskForm):
    key = KeyField()
    division_id = SelectField(_("Division"), coerce=int)
    kind = RadioField(
        _("What happened"),
        coerce=NoteKind,
        choices=listed(NOTE_KINDS.items()),
        default=NoteKind.ISSUED,
    )
    amount = MoneyField(_("Amount (R$)"), least=1, most=MOST_CENTS)
    fair_id = SelectField(_("At which fair"), coerce=int, default=0)
    enterprise_id = SelectField(
        _("Which group brought them"),
        coerce=int,
        default=0,
        description=_("Only of notes that came back; visitors are not asked."),
    )
    note = LineField(_("Note"), most=NOTE_LENGTH, required=False)

    def offer(
        self,
        divisions: Iterable[tuple[int, str]],
        fairs: Iterable[Fair],
        groups: Iterable[tuple[int, str]],
    ) -> None:
        """Show these Divisions, fairs and groups as the choices."""
        named = ((one.id, one.name) for one in fairs)
        self.division_id.choices = listed(divisions)
        self.fair_id.choices = listed([(0, gettext("At none")), *named])
        self.enterprise_id.choices = listed([(0, gettext("None")), *groups])

    @property
    def plan(self) -> NotesPlan:
        return NotesPlan(
            NoteKind(self.kind.data),
            self.amount.data or 0,
            fair_id=self.fair_id.data or None,
            enterprise_id=self.enterprise_id.data or None,
            note=self.note.data or "",
        )
