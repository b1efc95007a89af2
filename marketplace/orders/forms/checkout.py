"""The one page between a basket and an order: how to receive it, who collects, how to pay."""

from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.core import formats
from marketplace.core.fields import EmailField, LineField, MobileField
from marketplace.core.kept_fields import CarriedField
from marketplace.orders import box_words, plan_words
from marketplace.orders.errors import WindowFull
from marketplace.orders.models.places import Way
from marketplace.orders.operations.checkout import NAME_LENGTH
from marketplace.orders.operations.choosing import ADDRESS_LENGTH, SHORTEST_ADDRESS
from marketplace.orders.operations.choosing import Choice as Chosen
from marketplace.orders.queries.choices import Choices, Offers
from marketplace.orders.queries.offered import OpenCollection
from marketplace.orders.routes import Plan, Route, planned, plans_of, routes_of
from marketplace.payments import methods
from marketplace.payments.models.payments import Method

AREA = "92"  # completes a mobile number typed without its area code


class CheckoutForm(FlaskForm):
    """Made for one basket by ``checkout_form``, which adds a box per enterprise and per fair.

    ``way_<enterprise id>`` holds a route, ``window_<collection id>`` the id of a window.
    """

    plan = RadioField(_("How do you want to receive it?"), validate_choice=False)
    day = SelectField(_("Which day will you come?"), validate_choice=False)
    zone = SelectField(_("Zone of the city"), validate_choice=False)
    address = LineField(
        _("Address"),
        required=False,
        most=ADDRESS_LENGTH,
        description=_("Street, number, neighbourhood and how to find it"),
    )
    name = LineField(_("Name"), required=_("Write your name."), least=2, most=NAME_LENGTH)
    mobile = MobileField(
        _("Mobile number with area code"),
        required=_("Write the mobile number with area code."),
        area=AREA,
        description=_("Who sells tells you on WhatsApp when it is ready"),
    )
    email = EmailField(
        _("E-mail"), required=False, description=_("To get the order in a letter too")
    )
    method = RadioField(_("How do you want to pay?"))
    key = CarriedField()  # a second press is the same purchase
    total = CarriedField()  # centavos, as the page shows them

    choices: Choices
    plans: list[Plan]
    asked_at: datetime

    @cached_property
    def chosen_plan(self) -> Plan | None:
        return next((plan for plan in self.plans if plan.value == self.plan.data), None)

    @property
    def zone_id(self) -> int | None:
        return _whole(self.zone.data)

    def route_of(self, offer: Offers) -> Route | None:
        """Return how this enterprise's part is to be had, as chosen so far."""
        return self._routes[offer.enterprise.id]

    @cached_property
    def _routes(self) -> dict[int, Route | None]:
        """The routes by enterprise, once `begin_with_a_day` has chosen what nobody did."""
        return {
            o.enterprise.id: self.route_planned(o) or self._typed(o) for o in self.choices.offers
        }

    def _typed(self, offer: Offers) -> Route | None:
        typed = self.way_of(offer).data
        return next((route for route in routes_of(offer) if str(route) == typed), None)

    def route_planned(self, offer: Offers) -> Route | None:
        day = next((d for d in self.days if d.isoformat() == self.day.data), None)
        return planned(self.chosen_plan, offer, day=day, zone_id=self.zone_id)

    def way_of(self, offer: Offers) -> Any:
        return self[f"way_{offer.enterprise.id}"]

    def window_of(self, collection: OpenCollection) -> Any:
        return self[f"window_{collection.id}"]

    @property
    def days(self) -> tuple[date, ...]:
        return self.chosen_plan.days if self.chosen_plan else ()

    def begin_with_a_day(self) -> None:
        """Have one of the days chosen on which everything can wait at the point chosen."""
        if self.days and self.day.data not in {day.isoformat() for day in self.days}:
            self.day.data = self.days[0].isoformat()

    def say_what_is_offered(self) -> None:
        """Give the fields their words, which only a page that is shown needs."""
        choices = self.choices
        self.plan.choices = [
            SelectChoice(p.value, plan_words.title(p, choices)) for p in self.plans
        ]
        self.day.choices = [SelectChoice(day.isoformat(), formats.day(day)) for day in self.days]
        self.zone.choices = box_words.zones(choices)
        for offer in choices.offers:
            field = self.way_of(offer)
            field.label.text, field.choices = offer.enterprise.name, box_words.ways(offer)
        for collection in _collections(choices):
            field = self.window_of(collection)
            field.label.text = _("At what time will you come?")
            field.choices = box_words.windows(collection, self.asked_at)

    @property
    def plan_texts(self) -> dict[str, str]:
        return {plan.value: plan_words.text(plan, self.choices) for plan in self.plans}

    @property
    def plan_prices(self) -> dict[str, str]:
        zone_id = self.zone_id
        return {plan.value: plan_words.price(plan, self.choices, zone_id) for plan in self.plans}

    @property
    def plan_icons(self) -> dict[str, str]:
        return {plan.value: plan_words.ICONS[plan.kind] for plan in self.plans}

    @cached_property
    def asked_alone(self) -> list[Offers]:
        """The enterprises whose part the plan does not reach."""
        return [o for o in self.choices.offers if not self.route_planned(o)]

    @cached_property
    def collections(self) -> list[OpenCollection]:
        """The fairs chosen so far: of each, one time is asked."""
        routes = [(o, self.route_of(o)) for o in self.choices.offers]
        found = {
            at.collection.id: at.collection
            for offer, route in routes
            if route and route.way is Way.COLLECTION and (at := offer.collection(route.place_id))
        }
        return list(found.values())

    @property
    def delivers(self) -> bool:
        routes = (self.route_of(offer) for offer in self.choices.offers)
        return any(route and route.way is Way.DELIVERY for route in routes)

    def prices_of(self, offer: Offers) -> dict[int, int]:
        """Return what one costs at the fair chosen for a part, by product: what differs."""
        route = self.route_of(offer)
        here = route and route.way is Way.COLLECTION and offer.collection(route.place_id)
        return here.prices if here else {}

    def delivery_cents(self, offer: Offers) -> int | None:
        """Return what delivery costs for an enterprise's part; none while no zone is chosen."""
        route = self.route_of(offer)
        if route is None or route.way is not Way.DELIVERY:
            return 0
        found = offer.delivery(self.zone_id)
        return found.price_cents if found else None

    def offer_methods(self, offered: list[Method]) -> None:
        """Let these ways of paying be chosen, the first unless another one of them is."""
        self.method.choices = [SelectChoice(m.value, methods.registry[m].label) for m in offered]
        if not self.method.raw_data:
            self.method.data = offered[0].value

    def pays(self, offer: Offers, amounts: dict[int, int]) -> Method:
        """Return how this enterprise is paid: as chosen, or else in its own first way."""
        whole, mine = sum(amounts.values()), amounts[offer.enterprise.id]
        facts: Any = {"amount_cents": mine, "whole_cents": whole, "now": self.asked_at}
        offered = methods.offered(offer.enterprise, **facts)
        return Method(self.method.data) if self.method.data in offered else offered[0]

    def chosen(self, amounts: dict[int, int]) -> dict[int, Chosen]:
        """Return what was chosen for each enterprise; ``amounts`` in centavos, to be paid there."""
        chosen = {}
        for offer in self.choices.offers:
            if route := self.route_of(offer):
                chosen[offer.enterprise.id] = self._choice(route, self.pays(offer, amounts))
        return chosen

    def _choice(self, route: Route, method: Method) -> Chosen:
        if route.way is Way.COLLECTION:
            window_id = _whole(self[f"window_{route.place_id}"].data)
            return Chosen(route.way, method, collection_id=route.place_id, window_id=window_id)
        if route.way is Way.POINT:
            return Chosen(route.way, method, point_id=route.place_id, collect_on=route.day)
        address = self.address.data or ""
        return Chosen(route.way, method, zone_id=self.zone_id, address=address)

    def ask_for_places(self) -> bool:
        """Say beside the fields what is missing of where and when; whether nothing is."""
        if self.chosen_plan is None:
            self.plan.errors = [gettext("Choose how you want to receive it.")]
            return False
        missing = [self._ask_for_way(offer) for offer in self.asked_alone]
        missing += [self._ask_for_window(collection) for collection in self.collections]
        if self.delivers:
            missing += [self._ask_for_zone(), self._ask_for_address()]
        return not any(missing)

    def _ask_for_way(self, offer: Offers) -> bool:
        missing = self.route_of(offer) is None
        if missing:
            self.way_of(offer).errors = [gettext("Choose how you receive this part.")]
        return missing

    def _ask_for_window(self, collection: OpenCollection) -> bool:
        if not collection.windows:
            return False
        field = self.window_of(collection)
        chosen = next((w for w in collection.windows if str(w.id) == field.data), None)
        if chosen is None:
            field.errors = [gettext("Choose at what time you will come.")]
        elif not chosen.has_room:
            field.errors = [str(WindowFull())]
        return bool(field.errors)

    def _ask_for_zone(self) -> bool:
        missing = self.zone_id is None
        if missing:
            self.zone.errors = [gettext("Choose the zone where you live.")]
        return missing

    def _ask_for_address(self) -> bool:
        short = len(self.address.data or "") < SHORTEST_ADDRESS
        if short and not self.address.errors:
            self.address.errors = [gettext("Write the address where it shall be brought.")]
        return bool(self.address.errors)


def checkout_form(choices: Choices, now: datetime, **start: Any) -> Any:
    """Return the form for what is in a basket; how it may be paid, ``offer_methods`` says.

    ``start`` is what the fields hold before anything is sent.
    """
    plans, boxes = plans_of(choices), _boxes(choices, now)
    first = boxes | {"plan": plans[0].value if plans else ""} | start
    form = _made_for(tuple(boxes))(data=first)
    form.choices, form.plans, form.asked_at = choices, plans, now
    form.begin_with_a_day()
    return form


@lru_cache(maxsize=256)
def _made_for(boxes: tuple[str, ...]) -> type[CheckoutForm]:
    """Return the form with boxes of these names after the plan; what they offer is yet to be told.

    WTForms looks at all that a class of forms has before it makes the first one of it.
    """
    fields = {name: SelectField("", validate_choice=False, choices=()) for name in boxes}
    for field in fields.values():
        field.creation_counter = CheckoutForm.plan.creation_counter
    return type("MadeForm", (CheckoutForm,), fields)


def _boxes(choices: Choices, now: datetime) -> dict[str, str]:
    """Return the boxes that only this basket needs, by name: what is chosen in them at first."""
    routes = {f"way_{offer.enterprise.id}": routes_of(offer)[:1] for offer in choices.offers}
    ways = {name: "".join(map(str, first)) for name, first in routes.items()}
    return ways | {f"window_{c.id}": _only_window(c, now) for c in _collections(choices)}


def _collections(choices: Choices) -> list[OpenCollection]:
    found = {at.collection.id: at.collection for o in choices.offers for at in o.collections}
    return list(found.values())


def _only_window(collection: OpenCollection, now: datetime) -> str:
    """Return the window that is chosen where there is no other; empty where there is."""
    coming = collection.coming(now)
    return str(coming[0].id) if len(coming) == 1 and coming[0].has_room else ""


def _whole(typed: object) -> int | None:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
