"""Products in bulk: each with its price, the parts of it, its stock and its words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from bench import bulk, words
from bench.bulk import Row
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import CompositionLine, LineKind, PriceVersion
from marketplace.catalogue.models.products import Product, ProductMaterial, Showing
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.core.text import fold, slug
from marketplace.enterprises.models import Segment

LEFT = 100_000  # of each product: nothing sells out while it is measured
CATEGORIES = 24
KINDS = {
    "makers_cents": LineKind.LABOUR,
    "materials_cents": LineKind.MATERIAL,
    "packing_cents": LineKind.PACKING,
    "fund_cents": LineKind.FUND,
    "fees_cents": LineKind.PAYMENT_FEE,
}


class Maker(NamedTuple):
    id: int
    name: str


def categories() -> Iterator[Row]:
    for number in range(CATEGORIES):
        segment = list(Segment)[number % len(Segment)]
        name = f"Categoria {number + 1}"
        yield {"id": number + 1, "slug": slug(name), "segment": segment, "name": name}


def enter(connection: sa.Connection, makers: list[Maker], number: int, now: datetime) -> None:
    """Enter so many products, shared out among makers, all on sale."""
    connection.execute(sa.insert(Category), list(categories()))
    ids = range(1, number + 1)
    tables: dict[Any, Iterator[Row]] = {
        Product: (_product(n, makers[n % len(makers)], now) for n in ids),
        PriceVersion: (_version(n, now) for n in ids),
        CompositionLine: (line for n in ids for line in _lines(n)),
        ProductMaterial: (_material(n) for n in ids),
        Stock: ({"product_id": n, "left_count": LEFT} for n in ids),
        StockMovement: (_received(n, now) for n in ids),
    }
    for table, rows in tables.items():
        bulk.enter(connection, table, rows)
    texts = ((n, _texts(n, makers[n % len(makers)])) for n in ids)
    words.enter(connection, texts)


def price_of(number: int) -> int:
    """Return the centavos that product ``number`` costs: between 5 and 205 reais."""
    return 500 + number * 7919 % 20_000


def parts_of(price_cents: int) -> dict[str, int]:
    shares = {"materials_cents": 20, "packing_cents": 8, "fund_cents": 4, "fees_cents": 5}
    parts = {name: price_cents * share // 100 for name, share in shares.items()}
    return {"makers_cents": price_cents - sum(parts.values()), **parts}


def category_of(number: int) -> Row:
    return _CATEGORIES[number % CATEGORIES]


def product_slug(number: int) -> str:
    return f"bench-{number}"


def _product(number: int, maker: Maker, now: datetime) -> Row:
    name, category, price = _name(number), category_of(number), price_of(number)
    parts = parts_of(price)
    makers = parts.pop("makers_cents")
    return {
        "id": number,
        "enterprise_id": maker.id,
        "code": f"B{number}",
        "slug": product_slug(number),
        "name": name,
        "folded": fold(name),
        "description": " ".join(words.TOLD),
        "segment": category["segment"],
        "category_id": category["id"],
        "price_cents": price,
        "showing": Showing.PUBLISHED,
        "made_at": now,
        "published_at": now - timedelta(minutes=number),
        "changed_at": now,
        "version_id": number,
        "maker_cents": makers,
        **parts,
        "makers_permille": makers * 1000 // price,
        "real_hour_cents": makers,
    }


def _version(number: int, now: datetime) -> Row:
    price = price_of(number)
    parts = parts_of(price)
    return {
        "id": number,
        "product_id": number,
        "number": 1,
        "valid_from": now,
        "price_cents": price,
        "minutes": 60,
        **parts,
        "real_hour_cents": parts["makers_cents"],
    }


def _lines(number: int) -> Iterator[Row]:
    for position, (part, cents) in enumerate(parts_of(price_of(number)).items()):
        yield {
            "version_id": number,
            "position": position,
            "kind": KINDS[part],
            "unit_cost_cents": cents,
            "total_cents": cents,
        }


def _material(number: int) -> Row:
    label = words.material(number)
    return {"product_id": number, "position": 0, "label": label, "folded": fold(label)}


def _received(number: int, now: datetime) -> Row:
    return {
        "product_id": number,
        "kind": MovementKind.RECEIVED,
        "left_change": LEFT,
        "reason": "bench",
        "moved_at": now,
    }


def _name(number: int) -> str:
    return " ".join(words.name_parts(number))


def _texts(number: int, maker: Maker) -> words.Texts:
    extra = (maker.name, words.material(number), category_of(number)["name"])
    return {"title": words.name_parts(number), "body": words.TOLD, "extra": extra}


_CATEGORIES = list(categories())
