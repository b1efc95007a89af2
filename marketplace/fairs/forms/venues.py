"""What is typed about potential places of fairs."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField

from marketplace.core.fields import DateField, LineField, MapPointField, ParagraphsField, Required
from marketplace.fairs.forms.calendar import host_kinds, listed
from marketplace.fairs.labels import FITS
from marketplace.fairs.models.fairs import HostKind
from marketplace.fairs.models.venues import Fit, Venue
from marketplace.fairs.plans import VenuePlan


class VenueForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    name = LineField(_("Place"), least=3, most=120)
    address = LineField(_("Address"), required=False, most=200)
    point = MapPointField(
        _("Point on the map"),
        required=False,
        description=_("Latitude and longitude, or a map's link: -3.1300, -60.0234"),
    )
    host_kind = SelectField(_("What kind of house it is"), default="")
    host = LineField(_("Who hosts it"), required=False, most=120)
    about = ParagraphsField(
        _("What is there"),
        required=False,
        most=1000,
        description=_("Shade, water, power, toilets, how many stalls fit"),
    )

    def offer(self, divisions: Iterable[tuple[int, str]]) -> None:
        """Show these Divisions as the choices."""
        self.division_id.choices = listed(divisions)
        self.host_kind.choices = listed(host_kinds())

    @property
    def plan(self) -> VenuePlan:
        point = self.point.data
        return VenuePlan(
            name=self.name.data,
            address=self.address.data or "",
            host=self.host.data or "",
            host_kind=HostKind(self.host_kind.data) if self.host_kind.data else None,
            latitude=point.latitude if point else None,
            longitude=point.longitude if point else None,
            about=self.about.data or "",
        )

    @staticmethod
    def values_of(venue: Venue) -> dict[str, Any]:
        """Return what is known of a place, as the form shows it."""
        names = ("division_id", "name", "address", "point", "host", "about")
        known = {name: getattr(venue, name) for name in names}
        return known | {"host_kind": venue.host_kind or ""}


class VisitForm(FlaskForm):
    visited_on = DateField(_("Day of the visit"))
    fit = RadioField(
        _("Does it suit a fair?"),
        validators=[Required(_("Say whether it suits a fair."))],
        coerce=Fit,
        choices=listed(FITS.items()),
    )
    words = ParagraphsField(
        _("What did you see?"),
        least=3,
        most=1000,
        description=_("Without names of people: what the place has, and what is missing"),
    )
    photos = MultipleFileField(
        _("Photos of the place"), description=_("Up to 6, without anybody's face")
    )
