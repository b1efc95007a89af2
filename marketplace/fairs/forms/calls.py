"""What is typed about calls, applications, draws and attendance."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.core.clock import instant_of
from marketplace.core.fields import (
    DateField,
    IntegerField,
    LineField,
    ParagraphsField,
    ParsedField,
    TimeField,
)
from marketplace.core.look import SEGMENTS
from marketplace.enterprises.models import Segment
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.models.calls import Call, Mark
from marketplace.fairs.plans import CallPlan

MOST_PLACES, TICKET_DIGITS, PRIZES = 500, 6, 5
TICKET = re.compile(r"[0-9]{1,6}")
MISSED, ATTENDED, EDITIONS = (0, 2, 3), (0, 50, 60, 70, 80), (0, 1, 2, 3, 4)
PAPERS = (0, 1, 2, 3)


class TicketField(ParsedField):
    """A ticket of the Loteria Federal; ``data`` is its six digits. ``86.141`` is ``086141``."""

    def parse(self, typed: str) -> str:
        digits = typed.replace(".", "").replace(" ", "")
        if not TICKET.fullmatch(digits):
            raise ValueError(gettext("Write the number of the ticket, up to six digits."))
        return digits.zfill(TICKET_DIGITS)


class CallForm(FlaskForm):
    places = IntegerField(
        _("Places"),
        least=1,
        most=MOST_PLACES,
        description=_("How many enterprises can show in all"),
    )
    stalls = IntegerField(
        _("Stalls"), least=1, most=MOST_PLACES, description=_("Fewer than places: they are shared")
    )
    open_day = DateField(_("Opens on"))
    open_hour = TimeField(_("From"))
    close_day = DateField(_("Closes on"))
    close_hour = TimeField(_("At"), description=_("From that minute on nobody can apply"))
    quota_artesanato = IntegerField(required=False, most=MOST_PLACES)
    quota_extrativismo = IntegerField(required=False, most=MOST_PLACES)
    quota_reciclagem = IntegerField(required=False, most=MOST_PLACES)
    quota_mandioca = IntegerField(required=False, most=MOST_PLACES)
    quota_agricultura_familiar = IntegerField(required=False, most=MOST_PLACES)
    missed_in_a_row = SelectField(_("Who missed fairs and told nobody"), coerce=int)
    attended_percent = SelectField(_("Attendance asked for"), coerce=int)
    came_to_editions = SelectField(_("Editions of its series"), coerce=int, default=0)
    valid_papers = SelectField(_("Papers that the Division checked"), coerce=int, default=0)
    lottery_number = IntegerField(
        _("Drawing of the Loteria Federal"),
        least=1,
        most=99_999,
        description=_("Its number, known beforehand; nobody knows its prizes"),
    )
    lottery_on = DateField(_("Day of that drawing"))
    note = ParagraphsField(_("More to know"), required=False, most=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missed_in_a_row.choices = listed((n, _missed(n)) for n in MISSED)
        self.attended_percent.choices = listed((n, _attended(n)) for n in ATTENDED)
        self.came_to_editions.choices = listed((n, _editions(n)) for n in EDITIONS)
        self.valid_papers.choices = listed((n, _papers(n)) for n in PAPERS)
        for segment, field in self.quotas():
            field.label.text = SEGMENTS[segment].name

    def quotas(self) -> list[tuple[Segment, Any]]:
        """Return the field of each segment's places."""
        return [(segment, self[f"quota_{segment.value}"]) for segment in Segment]

    def validate_stalls(self, field: Any) -> None:
        if field.data and self.places.data and field.data > self.places.data:
            raise ValidationError(gettext("There are not more stalls than places."))

    def plan(self, zone: str) -> CallPlan:
        """Return what was typed as a plan, in the hours of the municipality."""
        opens: tuple[Any, Any] = (self.open_day.data, self.open_hour.data)
        closes: tuple[Any, Any] = (self.close_day.data, self.close_hour.data)
        rules = ("missed_in_a_row", "attended_percent", "came_to_editions", "valid_papers")
        return CallPlan(
            places=self.places.data or 0,
            stalls=self.stalls.data or 0,
            opens_at=instant_of(*opens, zone),
            closes_at=instant_of(*closes, zone),
            lottery_number=self.lottery_number.data or 0,
            lottery_on=self.lottery_on.data,  # type: ignore[arg-type]
            quotas={segment.value: field.data for segment, field in self.quotas() if field.data},
            rules={name: self[name].data for name in rules if self[name].data},
            note=self.note.data or "",
        )

    @staticmethod
    def values_of(call: Call) -> dict[str, Any]:
        """Return what a call is now, as the form shows it."""
        zone = ZoneInfo(call.fair.time_zone)
        opens, closes = call.opens_at.astimezone(zone), call.closes_at.astimezone(zone)
        names = ("places", "stalls", "lottery_number", "lottery_on", "note")
        return {
            **{name: getattr(call, name) for name in names},
            **{f"quota_{segment}": number for segment, number in call.quotas.items()},
            **call.rules,
            "open_day": opens.date(),
            "open_hour": opens.time(),
            "close_day": closes.date(),
            "close_hour": closes.time(),
        }


class ApplicationForm(FlaskForm):
    brings = ParagraphsField(
        _("What will you bring?"),
        least=3,
        most=400,
        description=_("In a few words: baskets, hammocks, flour"),
    )
    segment = RadioField(_("For which segment?"), coerce=Segment)
    shares = BooleanField(_("We can share a stall with another group"))
    rules_accepted = BooleanField(_("We read the rules of the fair, and accept them"))

    def offer(self, segments: Iterable[str]) -> None:
        """Show an enterprise's own segments as the choices."""
        self.segment.choices = [SelectChoice(Segment(s), SEGMENTS[s].name) for s in segments]


class DrawForm(FlaskForm):
    first = TicketField(_("1st prize"))
    second = TicketField(_("2nd prize"))
    third = TicketField(_("3rd prize"))
    fourth = TicketField(_("4th prize"))
    fifth = TicketField(_("5th prize"))
    again = TicketField(
        _("1st prize once more"), description=_("A draw is made once: compare all five")
    )

    def validate_again(self, field: Any) -> None:
        if field.data and self.first.data and field.data != self.first.data:
            raise ValidationError(gettext("It is not the same as above."))

    @property
    def prizes(self) -> tuple[str, ...]:
        fields: tuple[Any, ...] = (self.first, self.second, self.third, self.fourth, self.fifth)
        return tuple(field.data for field in fields)


class PlaceForm(FlaskForm):
    enterprise_id = SelectField(_("Who gets a place"), coerce=int)
    instead_of = SelectField(_("Whose place"), coerce=int)
    reason = ParagraphsField(
        _("Why?"), least=5, most=400, description=_("Everybody reads it beside the draw")
    )


class ReturnForm(FlaskForm):
    reason = LineField(_("Why?"), least=5, most=400)


def read_marks(sent: Mapping[str, str], enterprise_ids: Iterable[int]) -> dict[int, Mark]:
    """Return the marks that were chosen, by enterprise; of others nothing is read."""
    chosen = {each: sent.get(f"mark-{each}", "") for each in enterprise_ids}
    return {each: Mark(value) for each, value in chosen.items() if value in list(Mark)}


def _missed(times: int) -> Any:
    if not times:
        return gettext("May apply")
    return ngettext("Sits out one draw after %(num)s", "Sits out one draw after %(num)s", times)


def _attended(percent: int) -> Any:
    return gettext("%(n)s%% of its fairs of a year", n=percent) if percent else gettext("None")


def _editions(number: int) -> Any:
    if not number:
        return gettext("Not asked for")
    return ngettext("Came to one of a year", "Came to %(num)s of a year", number)


def _papers(number: int) -> Any:
    if not number:
        return gettext("Not asked for")
    return ngettext("One that holds until the fair", "%(num)s that hold until the fair", number)
