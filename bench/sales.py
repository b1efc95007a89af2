"""Facts of sale in bulk: two years of them, over every enterprise, zone, channel and fair.

The database makes the rows itself, from the products that are there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bench.history import DAYS, FAIR_EVERY, first_day
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact

CHANNELS = (
    *(Channel.FAIR_STALL, Channel.FAIR_DESK, Channel.ONLINE_FAIR),
    *(Channel.ONLINE_POINT, Channel.INSTITUTIONAL),
)
AT_FAIRS = 3  # of them, the first ones
ZONES = ("norte", "sul", "leste", "oeste", "centro-sul", "rural")
TABLE: Any = SaleFact.__table__


def enter(connection: sa.Connection, number: int, *, products: int, now: datetime) -> None:
    """Enter so many facts; the last of their days is yesterday."""
    dialect = connection.dialect.name
    numbers = _numbers(dialect, number)
    columns = _columns(dialect, numbers.c.n, products, now)
    facts = (
        sa.select(*(value.label(name) for name, value in columns.items()))
        .select_from(numbers)
        .join(Product, Product.id == numbers.c.n * 31 % products + 1)
        .join(Enterprise, Enterprise.id == Product.enterprise_id)
        .join(Category, Category.id == Product.category_id)
    )
    with _unchecked(connection):
        connection.execute(sa.insert(TABLE).from_select(list(columns), facts))


def _columns(dialect: str, n: Any, products: int, now: datetime) -> dict[str, Any]:
    """Return what each column of the fact with a number is."""
    day, turn = n * 11 % DAYS, n // products
    fair, at_fair = day // FAIR_EVERY, turn % len(CHANNELS) < AT_FAIRS
    zone = _one_of(ZONES, Enterprise.id)
    return {
        "key": "bench:" + sa.cast(n, sa.String),
        "kind": sa.literal(FactKind.SALE.value),
        "occurred_on": _day(dialect, now, sa.case((at_fair, fair * FAIR_EVERY), else_=day)),
        "recorded_at": sa.literal(now, TABLE.c.recorded_at.type),
        "fair_id": sa.case((at_fair, fair + 1)),
        "channel": _one_of(CHANNELS, turn),
        "payment_method": sa.literal("cash"),
        "confidence": _one_of(tuple(Confidence), n // 7),
        "zone": zone,
        "zone_name": zone,
        "quantity": sa.literal(1),
        "composed": sa.true(),
        "minutes": sa.literal(60),
        "women_permille": sa.literal(700),
        **_of_the_seller(),
        **_of_the_product(),
    }


def _of_the_seller() -> dict[str, Any]:
    return {
        "division_id": Enterprise.division_id,
        "enterprise_id": Enterprise.id,
        "enterprise_name": Enterprise.name,
        "enterprise_kind": Enterprise.kind,
        "municipality_code": Enterprise.municipality_code,
        "municipality_name": sa.literal("Manaus"),
        "women_led": Enterprise.id % 2 == 0,
    }


def _of_the_product() -> dict[str, Any]:
    return {
        "segment": Category.segment,
        "category": Category.slug,
        "category_name": Category.name,
        "product_id": Product.id,
        "product_name": Product.name,
        "price_version_id": Product.version_id,
        "gross_cents": Product.price_cents,
        "makers_cents": Product.maker_cents,
        "materials_cents": Product.materials_cents,
        "packing_cents": Product.packing_cents,
        "fund_cents": Product.fund_cents,
        "fees_cents": Product.fees_cents,
    }


def _numbers(dialect: str, number: int) -> Any:
    """Return the numbers below one as rows with a column ``n``."""
    if dialect == "postgresql":
        series = sa.func.generate_series(0, number - 1, type_=sa.Integer)
        return sa.select(series.label("n")).subquery()
    begun = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    return begun.union_all(sa.select(begun.c.n + 1).where(begun.c.n < number - 1))


def _day(dialect: str, now: datetime, after: Any) -> Any:
    """Return the day that is so many days after the first."""
    first = first_day(now)
    if dialect == "postgresql":
        return sa.literal(first) + after
    return sa.func.date(first.isoformat(), sa.cast(after, sa.String) + " days")


def _one_of(values: Sequence[str], number: Any) -> Any:
    return sa.case(dict(enumerate(map(str, values))), value=number % len(values))


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """Enter rows without indexes and, on PostgreSQL, foreign keys: both are made good at the end.

    One by one they take most of the time.
    """
    on_postgresql = connection.dialect.name == "postgresql"
    keys = sa.inspect(connection).get_foreign_keys(TABLE.name) if on_postgresql else []
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {TABLE.name} DROP CONSTRAINT {key['name']}")
    for index in TABLE.indexes:
        index.drop(connection)
    yield
    for index in TABLE.indexes:
        index.create(connection)
    for key in keys:
        (column,), (other,) = key["constrained_columns"], key["referred_columns"]
        connection.exec_driver_sql(
            f"ALTER TABLE {TABLE.name} ADD CONSTRAINT {key['name']} FOREIGN KEY ({column})"
            f" REFERENCES {key['referred_table']} ({other})"
        )
