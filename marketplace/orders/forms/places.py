"""What staff type about service points, deliveries and closing days."""

from datetime import date, time
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.accounts.models import Division
from marketplace.core.fields import DateField, IntegerField, LineField, MoneyField, TimeField
from marketplace.orders.models.places import ServicePoint
from marketplace.orders.operations.places import MOST_CENTS, MOST_DAYS, Hours
from marketplace.orders.operations.steps import REASON_LENGTH

WEEK = range(1, 8)  # ISO: Monday is 1


class ServedForm(FlaskForm):
    """Something of one Division: it is asked which one only of who works in several."""

    division_id = SelectField(_("Division"), coerce=int)

    def offer(self, divisions: list[Division]) -> None:
        self.division_id.choices = [SelectChoice(str(d.id), d.name) for d in divisions]
        if len(divisions) == 1:
            self.division_id.data = divisions[0].id


class HoursForm(ServedForm):
    """A point: its boxes ``opens_1`` … ``closes_7`` are the hours of each weekday."""

    name = LineField(_("Name"), most=80)
    address = LineField(
        _("Address"), most=200, description=_("As buyers find it: street, number, neighbourhood")
    )

    def rows(self) -> list[tuple[str, Any, Any]]:
        """Return name, opening and closing box of each weekday."""
        names = get_day_names("wide", locale=get_locale())
        return [(names[day - 1], self[f"opens_{day}"], self[f"closes_{day}"]) for day in WEEK]

    @property
    def hours(self) -> Hours:
        """The days on which it opens, as the operation takes them."""
        typed = {str(day): (self[f"opens_{day}"].data, self[f"closes_{day}"].data) for day in WEEK}
        return {
            day: [opens.strftime("%H:%M"), closes.strftime("%H:%M")]
            for day, (opens, closes) in typed.items()
            if opens and closes
        }

    def check_days(self) -> bool:
        """Say which day is not whole; whether all are."""
        for day in WEEK:
            opens, closes = self[f"opens_{day}"], self[f"closes_{day}"]
            if bool(opens.data) != bool(closes.data) and not (opens.errors or closes.errors):
                closes.errors = [gettext("Write both hours, or leave both empty.")]
        if not self.errors and not self.hours:
            self.opens_1.errors = [gettext("Say at least on one day when it opens.")]
        return not self.errors


PointForm = type(
    "PointForm",
    (HoursForm,),
    {f"opens_{day}": TimeField(_("Opens"), required=False) for day in WEEK}
    | {f"closes_{day}": TimeField(_("Closes"), required=False) for day in WEEK},
)


def hours_of(point: ServicePoint) -> dict[str, Any]:
    """Return what a point's form holds before anything is typed."""
    kept = {"name": point.name, "address": point.address, "division_id": point.division_id}
    for day, (opens, closes) in point.hours.items():
        kept |= {f"opens_{day}": _hour(opens), f"closes_{day}": _hour(closes)}
    return kept


class DeliveryForm(FlaskForm):
    price = MoneyField(_("Price"), most=MOST_CENTS)
    days = IntegerField(_("Days it takes"), least=1, most=MOST_DAYS)
    offered = BooleanField(_("We deliver here"))


class ClosingDayForm(ServedForm):
    day = DateField(_("Day"))
    reason = LineField(
        _("Why?"), most=REASON_LENGTH, description=_("A holiday, an assembly of the groups")
    )

    def __init__(self, *args: Any, first: date | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.first = first

    def validate_day(self, field: Any) -> None:
        if self.first and field.data and field.data < self.first:
            raise ValidationError(gettext("Choose a day that is still to come."))


def _hour(text: str) -> time:
    return time.fromisoformat(text)
