"""What the facts of a sale tell: its goods, who sells them and from where, as they are that day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.prices import CompositionLine, LineKind
from marketplace.core.database import db
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.places import ON_THE_SPOT, Way
from marketplace.payments.models.payments import Method

CHANNELS = {
    Way.COLLECTION: Channel.ONLINE_FAIR,
    Way.POINT: Channel.ONLINE_POINT,
    Way.DELIVERY: Channel.ONLINE_DELIVERY,
    Way.STALL: Channel.FAIR_STALL,
    Way.DESK: Channel.FAIR_DESK,
}
FREE = {Method.CASH, Method.OWN_PIX, Method.SOCIAL, Method.BARTER}
"""No fee: that part of the price stays with who makes it."""


class Sale(NamedTuple):
    """What one kind of fact tells of an order: pieces by line id, how and on which day paid."""

    order: Order
    kind: FactKind
    quantities: Mapping[int, int]
    method: Method
    day: date

    @property
    def lines(self) -> list[OrderLine]:
        return [line for line in self.order.lines if self.quantities.get(line.id)]


def facts_of(sale: Sale, names: Mapping[str, str], wage_cents: int) -> list[dict[str, Any]]:
    """Return the columns of each of its facts; ``names`` of categories, the wage of an hour."""
    order, lines, kind = sale.order, sale.lines, sale.kind
    common = place_of(order.enterprise, sale.day) | _circumstances(order, sale.method)
    common |= {"kind": kind, "occurred_on": sale.day}
    fees = _payment_fees(lines) if sale.method in FREE else {}
    return [
        common
        | _goods(line, sale.quantities[line.id], fees.get(line.price_version_id or 0, 0))
        | _work(line, sale.quantities[line.id], wage_cents)
        | {"key": f"{line.subject}:{kind}", "category_name": names.get(line.category, "")}
        for line in lines
    ]


def place_of(enterprise: Enterprise, day: date) -> dict[str, Any]:
    """Return who sells and from where, as it is that day."""
    where = enterprises.location_of(enterprise)
    permille, led = enterprises.women_on(enterprise.id, day)
    return {
        "division_id": enterprise.division_id,
        "enterprise_id": enterprise.id,
        "enterprise_name": enterprise.name,
        "enterprise_kind": enterprise.kind,
        "municipality_code": enterprise.municipality_code,
        "municipality_name": enterprise.municipality.name,
        "neighbourhood": where.neighbourhood,
        "zone": where.zone_slug,
        "zone_name": where.zone_name,
        "women_permille": permille,
        "women_led": led,
    }


def _circumstances(order: Order, method: Method) -> dict[str, Any]:
    fair = order.collection if order.collection and order.collection.fair_id else None
    return {
        "division_id": order.division_id,
        "fair_id": fair.fair_id if fair else None,
        "fair_name": fair.title if fair else "",
        "channel": CHANNELS[order.way],
        "payment_method": method.value,
        "confidence": Confidence.TILL if order.way in ON_THE_SPOT else Confidence.ORDER,
        "is_demo": order.purchase.is_demo,
    }


def _goods(line: OrderLine, quantity: int, free_cents: int) -> dict[str, Any]:
    """Return what was sold and its parts; ``free_cents`` of one unit is a fee that nobody takes."""
    composed = line.makers_cents is not None
    makers, fees = (line.makers_cents or 0) + free_cents, (line.fees_cents or 0) - free_cents
    return {
        "order_line_id": line.id,
        "product_id": line.product_id,
        "product_name": line.name,
        "price_version_id": line.price_version_id,
        "segment": line.segment,
        "category": line.category,
        "quantity": quantity,
        "gross_cents": line.price_cents * quantity,
        "composed": composed,
        "makers_cents": makers * quantity if composed else 0,
        "materials_cents": (line.materials_cents or 0) * quantity,
        "packing_cents": (line.packing_cents or 0) * quantity,
        "fund_cents": (line.fund_cents or 0) * quantity,
        "fees_cents": fees * quantity if composed else 0,
    }


def _work(line: OrderLine, quantity: int, wage_cents: int) -> dict[str, Any]:
    hour = line.real_hour_cents
    return {
        "minutes": line.minutes * quantity,
        "wage_floor_cents": wage_cents,
        "under_floor": hour is not None and hour < wage_cents,
    }


def _payment_fees(lines: list[OrderLine]) -> dict[int, int]:
    """Return the payment fee foreseen in one unit, in centavos, by price version."""
    versions = {line.price_version_id for line in lines if line.fees_cents}
    fee = (
        sa.select(CompositionLine.version_id, sa.func.sum(CompositionLine.total_cents))
        .where(
            CompositionLine.version_id.in_(versions),
            CompositionLine.kind == LineKind.PAYMENT_FEE,
        )
        .group_by(CompositionLine.version_id)
    )
    found = db.session.execute(fee) if versions else ()
    return {version: int(cents) for version, cents in found}
