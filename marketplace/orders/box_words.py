"""What the boxes of the page before an order offer, in the reader's words."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.core.money import format_cents
from marketplace.orders import plan_words
from marketplace.orders.queries.choices import Choices, Offers
from marketplace.orders.queries.offered import OpenCollection
from marketplace.orders.routes import routes_of


def ways(offer: Offers) -> list[SelectChoice]:
    """Return the routes open to an enterprise's part, in groups."""
    words = [(route, *plan_words.route(route, offer)) for route in routes_of(offer)]
    return [SelectChoice(str(route), label, optgroup=group) for route, label, group in words]


def windows(collection: OpenCollection, now: datetime) -> list[SelectChoice]:
    """Return the times at which one may come, those that are full among them."""
    zone = collection.time_zone
    offered = [
        SelectChoice(
            str(w.id), plan_words.window(w, zone), {} if w.has_room else {"disabled": True}
        )
        for w in collection.coming(now)
    ]
    return [SelectChoice("", _("Choose")), *offered]


def zones(choices: Choices) -> list[SelectChoice]:
    """Return every zone that somebody delivers to, with what one delivery there costs."""
    found = {to.zone_id: to for offer in choices.offers for to in offer.deliveries}
    named = [
        SelectChoice(str(to.zone_id), f"{to.zone_name}: {format_cents(to.price_cents)}")
        for to in found.values()
    ]
    return [SelectChoice("", _("Choose")), *named]
