"""The forms by which totals of the past are declared."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division, Municipality
from marketplace.core.database import db
from marketplace.core.fields import IntegerField, LineField, MoneyField
from marketplace.core.formats import month_name
from marketplace.core.look import SEGMENTS
from marketplace.orders.models.facts import Channel
from marketplace.reports.declared_names import CHOSEN
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.names import CHANNELS
from marketplace.reports.operations.declaring import LONGEST, LONGEST_NAME, Past
from marketplace.reports.periods import LATEST, OLDEST, date_of

MOST_CENTS = 10**12
MOST_PEOPLE = 1_000_000


class FiguresForm(FlaskForm):
    """What a time came to, how surely, and who says so."""

    amount = MoneyField(_("Sold in all"), required=_("Write the amount."), least=0, most=MOST_CENTS)
    people = IntegerField(_("People"), required=False, most=MOST_PEOPLE)
    enterprises = IntegerField(_("Enterprises"), required=False, most=MOST_PEOPLE)
    places = IntegerField(_("Places"), required=False, most=MOST_PEOPLE)
    sureness = SelectField(_("How surely is it known?"))
    source = LineField(
        _("Which office or paper declares it?"),
        required=_("Say which office or paper declares it."),
        most=LONGEST,
        description=_("No names of people"),
    )
    paper = FileField(_("The paper itself: photo or PDF, up to 8 MB"))

    def offer_sureness(self) -> None:
        """Show how surely a total may be known."""
        self.sureness.choices = [SelectChoice(kind.value, words) for kind, words in CHOSEN.items()]

    def figures(self, file: str) -> dict[str, Any]:
        """Return what was typed, as a total keeps it."""
        told = {name: self[name].data for name in ("people", "enterprises", "places")}
        return told | {
            "amount_cents": self.amount.data or 0,
            "sureness": Sureness(self.sureness.data),
            "source": self.source.data or "",
            "file": file,
        }


class DeclareForm(FiguresForm):
    division_id = SelectField(_("Division"), coerce=int)
    year = IntegerField(
        _("Year"), required=_("Write the year."), least=OLDEST.year, most=LATEST.year
    )
    month = SelectField(_("Month"), default="")
    municipality = SelectField(_("Municipality"), default="")
    segment = SelectField(_("Segment"), default="")
    channel = SelectField(_("How it was sold"), default="")
    fair = LineField(
        _("Fair"), required=False, most=LONGEST_NAME, description=_("As the paper calls it")
    )

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions, and what a total may be limited to."""
        self.offer_sureness()
        offer_divisions(self.division_id, divisions)
        months = [(str(n), month_name(date_of(200_000 + n))) for n in range(1, 13)]
        every = sa.select(Municipality).order_by(Municipality.folded)
        places = [(str(one.code), one.name) for one in db.session.scalars(every)]
        segments = [(code, str(look.name)) for code, look in SEGMENTS.items()]
        channels = [(kind.value, str(CHANNELS[kind])) for kind in Channel]
        for field, nothing, choices in (
            (self.month, _("The whole year"), months),
            (self.municipality, _("All"), places),
            (self.segment, _("All"), segments),
            (self.channel, _("All"), channels),
        ):
            field.choices = [SelectChoice("", nothing), *(SelectChoice(*one) for one in choices)]

    def past(self, file: str) -> Past:
        """Return what was typed as a total to be declared."""
        place, month = self.municipality.data, self.month.data
        return Past(
            year=self.year.data or 0,
            month=int(month) if month else None,
            municipality_code=int(place) if place else None,
            segment=self.segment.data or "",
            channel=self.channel.data or "",
            fair=self.fair.data or "",
            **self.figures(file),
        )


class CorrectForm(FiguresForm):
    reason = LineField(
        _("Why is it corrected?"),
        required=_("Say why it is corrected, in a few words."),
        most=LONGEST,
        description=_("Write 0 as the amount where it was declared by mistake."),
    )

    def past(self, old: DeclaredTotal, file: str) -> Past:
        """Return what was typed as a total that stands for another."""
        return Past(year=old.year, month=old.month, **self.figures(file))


class SheetForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    sheet = FileField(
        _("Spreadsheet"), description=_("CSV or Excel (XLSX), up to 5 MB and 5,000 rows")
    )

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions; a single one is chosen."""
        offer_divisions(self.division_id, divisions)


def offer_divisions(field: SelectField, divisions: list[Division]) -> None:
    """Show these Divisions as the choices; a single one is chosen."""
    field.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
    if len(divisions) == 1:
        field.data = divisions[0].id
