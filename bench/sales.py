"""Facts of sale in bulk: two years of them, over every enterprise, zone and channel."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bench import bulk
from bench.bulk import Row
from bench.goods import Maker, category_of, parts_of, price_of
from marketplace.enterprises.models import Kind
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact

DAYS = 728
ZONES = ("norte", "sul", "leste", "oeste", "centro-sul", "rural")


def enter(
    connection: sa.Connection, makers: list[Maker], number: int, *, products: int, now: datetime
) -> None:
    rows = (_fact(n, makers, n * 31 % products + 1, now) for n in range(number))
    bulk.enter(connection, SaleFact, rows)


def _fact(number: int, makers: list[Maker], product_id: int, now: datetime) -> Row:
    maker, category = makers[product_id % len(makers)], category_of(product_id)
    zone, price = ZONES[maker.id % len(ZONES)], price_of(product_id)
    return {
        "key": f"bench:{number}",
        "kind": FactKind.SALE,
        "occurred_on": (now - timedelta(days=number * 13 % DAYS + 1)).date(),
        "recorded_at": now,
        "division_id": 1,
        "channel": list(Channel)[number % len(Channel)],
        "payment_method": "cash",
        "confidence": list(Confidence)[number % len(Confidence)],
        "enterprise_id": maker.id,
        "enterprise_name": maker.name,
        "enterprise_kind": Kind.INFORMAL_GROUP,
        "municipality_code": 1302603,
        "municipality_name": "Manaus",
        "zone": zone,
        "zone_name": zone.title(),
        "segment": category["segment"],
        "category": category["slug"],
        "category_name": category["name"],
        "product_id": product_id,
        "product_name": f"bench {product_id}",
        "price_version_id": product_id,
        "quantity": 1,
        "gross_cents": price,
        "composed": True,
        **parts_of(price),
        "minutes": 60,
        "women_permille": 700,
    }
