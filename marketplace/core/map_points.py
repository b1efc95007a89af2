"""Points on a map: read from what people paste, told without loading anything from elsewhere.

**Source:** RFC 5870 (``geo:`` addresses, WGS 84); the share links of OpenStreetMap and Google Maps,
which carry the two numbers in their address. A short link carries none: it would have to be opened.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from flask_babel import gettext as _

ONE = 1_000_000  # millionths of a degree: some 11 cm
LEAST, MOST = (-34 * ONE, -74 * ONE), (6 * ONE, -34 * ONE)  # Brazil, and what lies at its borders
_NUMBER = r"([+-]?[0-9]{1,3}[.,][0-9]{1,18})"
_WAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBER}(?:[,;]\s*|\s+){_NUMBER}",  # typed: -3.10, -60.02
        rf"geo:{_NUMBER},{_NUMBER}(?:[,;?].*)?",
        rf"https?://.*[?&]mlat={_NUMBER}&mlon={_NUMBER}.*",  # OpenStreetMap, with a mark
        rf"https?://.*!3d{_NUMBER}!4d{_NUMBER}.*",  # Google: the place itself
        rf"https?://.*[?&](?:q|ll|query|destination)=(?:loc:)?{_NUMBER}(?:,|%2C){_NUMBER}.*",
        rf"https?://.*#map=[0-9.]+/{_NUMBER}/{_NUMBER}.*",  # OpenStreetMap: the middle of the view
        rf"https?://.*@{_NUMBER},{_NUMBER}.*",  # Google: the middle of the view
    )
)


class MapPoint(NamedTuple):
    """Latitude and longitude in millionths of a degree (WGS 84), south and west negative."""

    latitude: int
    longitude: int

    def __str__(self) -> str:
        return ", ".join(degrees(each) for each in self)

    @property
    def geo(self) -> str:
        """Its ``geo:`` address, which a phone opens in the map that its owner chose."""
        return f"geo:{degrees(self.latitude)},{degrees(self.longitude)}"

    @property
    def page(self) -> str:
        """The address of an OpenStreetMap page with a mark there."""
        latitude, longitude = (degrees(each) for each in self)
        marked = f"mlat={latitude}&mlon={longitude}"
        return f"https://www.openstreetmap.org/?{marked}#map=17/{latitude}/{longitude}"


def degrees(millionths: int) -> str:
    """Write an angle as a number with a point: ``-3.130000``."""
    whole, part = divmod(abs(millionths), ONE)
    return f"{'-' if millionths < 0 else ''}{whole}.{part:06d}"


def point(text: str) -> MapPoint:
    """Return the point that was typed, or that a pasted map's link names.

    :raises ValueError: if there is none, or it lies outside of Brazil; its text may be shown.
    """
    for way in _WAYS:
        if found := way.fullmatch(text):
            latitude, longitude = (_millionths(each) for each in found.groups())
            return _inside(MapPoint(latitude, longitude))
    raise ValueError(
        _("Write latitude and longitude, like -3.1300, -60.0234, or paste a map's link.")
    )


def _millionths(number: str) -> int:
    return round(Decimal(number.replace(",", ".")) * ONE)


def _inside(found: MapPoint) -> MapPoint:
    if all(low <= each <= high for low, each, high in zip(LEAST, found, MOST, strict=True)):
        return found
    raise ValueError(
        _("This point is not in Brazil. West of Greenwich the second number is below 0.")
    )
