"""How plans, routes and times are said to a buyer."""

from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import get_day_names
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from marketplace.core import formats
from marketplace.core.language import current_language
from marketplace.core.money import format_cents
from marketplace.orders.models.places import Collection, ServicePoint, Way, Window
from marketplace.orders.queries.choices import Choices, Offers
from marketplace.orders.queries.offered import OpenCollection, OpenPoint, OpenWindow
from marketplace.orders.routes import Kind, Plan, Route

KEPT = 1024  # fairs and hours said lately: a page says each several times
ICONS = {
    Kind.COLLECTION: "map-pin",
    Kind.POINT: "building-community",
    Kind.HOME: "truck-delivery",
    Kind.EACH: "building-store",
}


def title(plan: Plan, choices: Choices) -> str:
    several = len(choices.offers) > 1
    if plan.collection:
        said = _("Collect all of it at the fair") if several else _("Collect it at the fair")
    elif plan.point:
        point = plan.point.name
        said = _("Collect at %(point)s", point=point)
    elif plan.kind is Kind.HOME:
        said = _("Receive it at home")
    else:
        said = _("Choose for each enterprise")
    return str(said)


def text(plan: Plan, choices: Choices) -> str:
    if plan.collection:
        return f"{fair(plan.collection)} {_stalls(choices)}"
    if plan.point:
        first = _("from %(day)s on", day=formats.day(plan.days[0]))
        return f"{plan.point.address}, {first}"
    return _at_home(choices) if plan.kind is Kind.HOME else str(_("One way for each stall"))


def price(plan: Plan, choices: Choices, zone_id: int | None) -> str:
    """Return what a plan costs besides the goods; as far as it is known."""
    if plan.kind is Kind.EACH:
        return ""
    if plan.kind is not Kind.HOME:
        return str(_("free"))
    known = [to for offer in choices.offers if (to := offer.delivery(zone_id))]
    return format_cents(sum(to.price_cents for to in known)) if known else ""


def fair(collection: Collection | OpenCollection) -> str:
    """Say when and where a fair is: ``sáb 5/12, 8h às 17h, Largo de São Sebastião``."""
    when = (collection.day, collection.opens_at, collection.ends_at)
    return _fair(when, collection.time_zone, collection.place, current_language())


def route(taken: Route, offer: Offers) -> tuple[str, str]:
    """Return the words of a route, and those of the group it stands in."""
    if taken.way is Way.COLLECTION and (at := offer.collection(taken.place_id)):
        day = formats.day(at.collection.day)
        return f"{day}, {at.collection.place}", _("Collect at the fair, free")
    if taken.way is Way.POINT and taken.day and (there := offer.point(taken.place_id)):
        hours = point_hours(there.point, taken.day)
        group = _("Collect at %(point)s, free", point=there.point.name)
        return f"{formats.day(taken.day)}, {hours}", group
    least = min(to.price_cents for to in offer.deliveries)
    return _("At home, from %(price)s", price=format_cents(least)), _("Delivery")


def window(taken: Window | OpenWindow, zone: str) -> str:
    """Say when a window is, and how much room it has: ``8h às 9h: cabem mais 12``."""
    left = taken.capacity - taken.taken
    room = ngettext("room for %(num)s more", "room for %(num)s more", left) if left else _("full")
    return f"{span(taken, zone)}: {room}"


def span(taken: Window | OpenWindow, zone: str) -> str:
    return _hours(taken.starts_at, taken.ends_at, zone)


def point_hours(point: ServicePoint | OpenPoint, day: date) -> str:
    """Say from when to when a point is open on a day on which it opens."""
    opens, closes = point.hours_on(day)
    return _hours(opens, closes, point.time_zone)


def week(point: ServicePoint) -> list[str]:
    """Say when a point is open, a day at a time: ``segunda-feira, 8h às 14h``."""
    names = get_day_names("wide", locale=get_locale())
    said = []
    for day, hours in sorted(point.hours.items()):
        opens, closes = (formats.hour(time.fromisoformat(hour)) for hour in hours)
        said.append(f"{names[int(day) - 1]}, {_('%(a)s to %(b)s', a=opens, b=closes)}")
    return said


def _stalls(choices: Choices) -> str:
    return str(
        ngettext(
            "The stall will be there.",
            "All %(num)s stalls will be there.",
            len(choices.offers),
        )
    )


def _at_home(choices: Choices) -> str:
    days = max(to.days for offer in choices.offers for to in offer.deliveries)
    least = sum(min(to.price_cents for to in o.deliveries) for o in choices.offers if o.deliveries)
    said = ngettext(
        "Within %(num)s day, from %(price)s.",
        "Within %(num)s days, from %(price)s.",
        days,
        price=format_cents(least),
    )
    if not (left := [name for offer in choices.offers for name in _not_delivered(offer)]):
        return str(said)
    rest = _("%(names)s: choose another way below.", names=", ".join(left))
    return f"{said} {rest}"


def _not_delivered(offer: Offers) -> tuple[str, ...]:
    if offer.deliveries:
        return ()
    return offer.only_at_fair or (offer.enterprise.name,)


def _hours(opens: datetime, closes: datetime, zone: str) -> str:
    return _span(opens, closes, zone, current_language())


@lru_cache(maxsize=KEPT)
def _fair(when: tuple[date, datetime, datetime], zone: str, place: str, _spoken: str) -> str:
    day, opens, ends = when
    said = _(
        "%(day)s, %(opens)s to %(ends)s, %(place)s.",
        day=formats.day(day),
        opens=formats.hour(opens, zone),
        ends=formats.hour(ends, zone),
        place=place,
    )
    return str(said)


@lru_cache(maxsize=KEPT)
def _span(opens: datetime, closes: datetime, zone: str, _spoken: str) -> str:
    said = _("%(a)s to %(b)s", a=formats.hour(opens, zone), b=formats.hour(closes, zone))
    return str(said)
