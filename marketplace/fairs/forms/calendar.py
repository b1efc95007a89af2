"""Forms of the fairs."""

from collections.abc import Iterable
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.core.clock import instant_of
from marketplace.core.fields import (
    DateField,
    IntegerField,
    LineField,
    MapPointField,
    MoneyField,
    ParagraphsField,
    TimeField,
)
from marketplace.fairs import plots
from marketplace.fairs.labels import CASH_MODES, HOST_KINDS
from marketplace.fairs.models.fairs import CashMode, Fair, HostKind
from marketplace.fairs.models.venues import Venue
from marketplace.fairs.plans import DayPlan, FairPlan

DAYS, PROGRAMME_ROWS = 4, 6
WINDOWS = [30, 60, 120, 240]
MOST_FEE_CENTS = 1_000_00


class DayForm(Form):
    day = DateField(_("Day"), required=False)
    opens = TimeField(_("Opens"), required=False)
    closes = TimeField(_("Closes"), required=False)

    def validate_day(self, field: Any) -> None:
        if field.data and not (self.opens.data and self.closes.data):
            raise ValidationError(gettext("Say from when to when this day opens."))

    def validate_closes(self, field: Any) -> None:
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(gettext("It closes after it opens."))


class ProgrammeForm(Form):
    hour = TimeField(_("Time"), required=False)
    what = LineField(_("What happens"), required=False, most=120)
    who = LineField(_("With whom, or more about it"), required=False, most=160)


class FairForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    series_id = SelectField(_("Series"), coerce=int, default=0)
    venue_id = SelectField(_("Potential place"), coerce=int, default=0)
    name = LineField(_("Name of the fair"), most=80)
    place = LineField(
        _("Place"), most=120, description=_("As people call it: Largo de São Sebastião")
    )
    address = LineField(_("Address"), required=False, most=200)
    host = LineField(_("Who hosts it"), required=False, most=120)
    neighbourhood_id = SelectField(_("Neighbourhood"), coerce=int)
    point = MapPointField(
        _("Point on the map"),
        required=False,
        description=_("Latitude and longitude, or a map's link: -3.1300, -60.0234"),
    )
    host_kind = SelectField(_("What kind of house it is"), default="")
    host_only = BooleanField(_("Only for those who work or study there"))
    rules = ParagraphsField(
        _("Rules of the fair"),
        required=False,
        most=4000,
        description=_("Whoever applies for a place accepts them; they stay once the call opens"),
    )
    cash_mode = SelectField(_("Who takes the money"), coerce=CashMode, default=CashMode.MIXED)
    stall_plan = ParagraphsField(
        _("Stalls"),
        required=False,
        most=1200,
        description=_(
            "A line for each row, with spaces between: 1, 2A are stalls, - is an aisle,"
            " E the entrance, P the stage, B the toilets"
        ),
    )
    days = FieldList(FormField(DayForm), min_entries=DAYS, max_entries=DAYS)
    close_day = DateField(_("Last day to reserve"))
    close_hour = TimeField(_("Until"))
    window_minutes = SelectField(_("Length of a collection window"), coerce=int)
    window_capacity = IntegerField(
        _("Buyers per window"),
        least=1,
        most=1000,
        description=_("How many people fit in one window"),
    )
    tolerance_minutes = IntegerField(
        _("Minutes of tolerance"),
        least=0,
        most=600,
        description=_("How long after the end a reservation is kept"),
    )
    fee = MoneyField(
        _("Stall fee"),
        required=False,
        most=MOST_FEE_CENTS,
        description=_("Kept once of what each sold in cash at the common desk; empty for none"),
    )
    about = ParagraphsField(_("About the fair"), required=False, most=2000)
    access_note = ParagraphsField(
        _("Access"),
        required=False,
        most=400,
        description=_("Ramp, toilets, Libras, how to get there"),
    )
    programme = FieldList(
        FormField(ProgrammeForm), min_entries=PROGRAMME_ROWS, max_entries=PROGRAMME_ROWS
    )

    def offer(
        self,
        divisions: Iterable[tuple[int, str]],
        neighbourhoods: Iterable[tuple[int, str]],
        series: Iterable[tuple[int, str]],
        venues: Iterable[tuple[int, str]],
    ) -> None:
        """Show these Divisions, neighbourhoods, series and noted places as the choices."""
        self.venue_id.choices = listed([(0, gettext("None of those noted")), *venues])
        self.series_id.choices = listed([(0, gettext("None, it stands alone")), *series])
        self.division_id.choices = listed(divisions)
        self.neighbourhood_id.choices = listed([(0, gettext("Another place")), *neighbourhoods])
        self.host_kind.choices = listed(host_kinds())
        self.cash_mode.choices = listed(CASH_MODES.items())
        self.window_minutes.choices = listed((m, gettext("%(m)d minutes", m=m)) for m in WINDOWS)

    def validate_days(self, field: Any) -> None:
        days = [row["day"] for row in field.data if row["day"]]
        if not days:
            raise ValidationError(gettext("Say at least one day."))
        if len(set(days)) < len(days):
            raise ValidationError(gettext("The same day is there twice."))

    def validate_stall_plan(self, field: Any) -> None:
        if wrong := plots.fault(field.data or ""):
            raise ValidationError(wrong)

    def validate_fee(self, field: Any) -> None:
        if field.data and self.cash_mode.data is CashMode.OWN:
            raise ValidationError(gettext("Without a common desk there is no cash to keep it of."))

    def plan(self, municipality_code: int, zone: str) -> FairPlan:
        """Return what was typed as a plan, in the hours of the municipality."""
        closing: tuple[Any, Any] = (self.close_day.data, self.close_hour.data)
        days = (DayPlan(**row) for row in self.days.data if row["day"])
        return FairPlan(
            name=self.name.data,
            place=self.place.data,
            municipality_code=municipality_code,
            reservations_close_at=instant_of(*closing, zone),
            days=tuple(sorted(days, key=lambda day: day.day)),
            address=self.address.data,
            neighbourhood_id=self.neighbourhood_id.data or None,
            host=self.host.data,
            access_note=self.access_note.data,
            about=self.about.data,
            programme=[_stored(row) for row in self.programme.data if row["what"]],
            window_minutes=self.window_minutes.data,
            window_capacity=self.window_capacity.data or 1,
            tolerance_minutes=self.tolerance_minutes.data or 0,
            fee_cents=self.fee.data or 0,
            host_kind=HostKind(self.host_kind.data) if self.host_kind.data else None,
            host_only=self.host_only.data,
            rules=self.rules.data or "",
            stall_plan=self.stall_plan.data or "",
            cash_mode=self.cash_mode.data,
            series_id=self.series_id.data or None,
            venue_id=self.venue_id.data or None,
            latitude=self.point.data.latitude if self.point.data else None,
            longitude=self.point.data.longitude if self.point.data else None,
        )

    @staticmethod
    def values_of(fair: Fair) -> dict[str, Any]:
        """Return what a fair is now, as the form shows it."""
        closes = fair.reservations_close_at.astimezone(ZoneInfo(fair.time_zone))
        names = ("division_id", "name", "place", "address", "host", "about", "access_note")
        more = ("point", "host_only", "rules", "cash_mode", "stall_plan")
        sizes = ("window_minutes", "window_capacity", "tolerance_minutes")
        return {name: getattr(fair, name) for name in (*names, *more, *sizes)} | {
            "series_id": fair.series_id or 0,
            "venue_id": fair.venue_id or 0,
            "host_kind": fair.host_kind or "",
            "neighbourhood_id": fair.neighbourhood_id or 0,
            "fee": fair.fee_cents or None,
            "days": [{"day": d.day, "opens": d.opens, "closes": d.closes} for d in fair.days],
            "close_day": closes.date(),
            "close_hour": closes.time(),
            "programme": [_typed(row) for row in fair.programme],
        }

    @staticmethod
    def values_at(venue: Venue) -> dict[str, Any]:
        """Return what the form shows first for a fair at a place that was noted."""
        names = ("division_id", "address", "host", "point")
        known = {name: getattr(venue, name) for name in names}
        more = {"place": venue.name, "host_kind": venue.host_kind or "", "venue_id": venue.id}
        return known | more


class ExhibitorForm(FlaskForm):
    enterprise_id = SelectField(_("Enterprise"), coerce=int)
    stall = LineField(_("Stall"), most=12, description=_("Its number, or letter and number"))


class CancelForm(FlaskForm):
    reason = ParagraphsField(
        _("Why is it cancelled?"),
        least=5,
        most=400,
        description=_("Those who reserved will read it"),
    )
    to_next = BooleanField(_("Move reservations to the next fair of the series"), default=True)


class CopyForm(FlaskForm):
    first_day = DateField(_("First day of the copy"))


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    hour = row["hour"]
    return row | {"hour": hour.strftime("%H:%M") if hour else ""}


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"hour": time.fromisoformat(row["hour"]) if row["hour"] else None}


def host_kinds() -> list[tuple[str, Any]]:
    """Return the kinds of houses that take a fair in, none of them first."""
    return [("", gettext("None: in the street or a square")), *HOST_KINDS.items()]


def listed(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
