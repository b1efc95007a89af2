"""Making a product, changing what is told of it, putting it on sale and taking it off."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.errors import Blocked, Incomplete, NotSelling, OtherSegment
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.products import Product, ProductMaterial, Showing
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import indexing, prices, stock
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.signals import product_changed
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean, fold, slug
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Standing

TEXTS = {  # the longest each may be
    "name": 120,
    "description": 4000,
    "story": 4000,
    "size": 120,
    "care": 300,
    "technique": 80,
    "ncm": 10,
}
FACTS = {
    "segment",
    "category_id",
    "unit",
    "unit_grams",
    "weight_grams",
    "supply",
    "lead_days",
    "perishable",
    "at_fair",
    "at_point",
    "by_delivery",
}
MOST_MATERIALS, LONGEST_MATERIAL = 12, 80


@operation
def create_product(
    enterprise_id: int,
    *,
    name: str = "",
    price_cents: int = 0,
    lines: Sequence[LineInput] = (),
    code: str = "",
    left: int = 0,
    key: str | None = None,
    by: Person,
    now: datetime,
    **fields: Any,
) -> Product:
    """Begin a product as a draft, however little of it is known yet.

    Segment and category are those the enterprise used last, unless given; ``fields`` are those of
    `save_product`. The price is in centavos of one unit, ``left`` is what can be sold at once. A
    second call with the same ``key`` changes nothing and returns the first one's product.

    :raises NotFound: if ``by`` may not act for the enterprise.
    :raises BadPrice, OtherSegment, BadQuantity: as the operations that set these.
    """
    find_one(enterprises.theirs(by, enterprise_id))
    enterprise = lock_one(enterprises.by_id(enterprise_id))  # its codes are given one by one
    own_key = key and f"{enterprise.id}:{key}"
    if own_key and (same := db.session.scalar(queries.by_entry_key(own_key))):
        return same
    product = _begun(enterprise, code or _next_code(enterprise), key=own_key or None, now=now)
    db.session.add(product)
    _write(product, {"name": name} | fields)
    db.session.flush()
    product.slug = _slug(product)
    db.session.add(Stock(product_id=product.id))
    audit.record("product_created", by=by, now=now, product_id=product.id)
    if price_cents:
        prices.set_price(product.id, price_cents, lines, by=by, now=now)
    if left:
        stock.receive(product.id, left, by=by, now=now)
    return product


@operation
def save_product(
    product_id: int, fields: Mapping[str, Any], *, by: Person, now: datetime
) -> Product:
    """Change what is told of a product; only fields named are touched.

    Text: name, description, story, size, care, technique, ncm. Others: segment, category_id, unit,
    unit_grams, weight_grams, supply, lead_days, perishable, at_fair, at_point, by_delivery, and
    ``materials`` as a list of names.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises Incomplete: if a product on sale would lose its name.
    :raises OtherSegment: if the category is not of the segment.
    """
    product = lock_one(queries.theirs(by, product_id))
    changed = _write(product, fields)
    if product.showing is Showing.PUBLISHED and not product.name:
        raise Incomplete(missing=["name"])
    if not changed:
        return product
    product.changed_at = now
    product.shown_version += 1
    if product.published_at is None:
        product.slug = _slug(product)
    _announce(product, "product_saved", by=by, now=now, fields=sorted(changed))
    return product


@operation
def publish_product(product_id: int, *, by: Person, now: datetime) -> Product:
    """Put a product on sale, at once and for everybody to see.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises Incomplete: without a name or a price; ``missing`` says which.
    :raises Blocked: while its enterprise is suspended.
    :raises NotSelling: while its enterprise is not approved.
    """
    product = lock_one(queries.theirs(by, product_id))
    if product.showing is Showing.PUBLISHED:
        return product
    missing = [name for name in ("name", "price_cents") if not getattr(product, name)]
    if missing:
        raise Incomplete(missing=missing)
    standing = product.enterprise.standing
    if standing is not Standing.APPROVED:
        raise Blocked if standing is Standing.SUSPENDED else NotSelling
    product.showing = Showing.PUBLISHED
    product.published_at = product.published_at or now
    product.shown_version += 1
    _announce(product, "product_published", by=by, now=now)
    return product


@operation
def withdraw_product(product_id: int, *, by: Person, now: datetime) -> Product:
    """Take a product off sale; orders already placed stay.

    :raises NotFound: if the product is not among those ``by`` may act for.
    """
    product = lock_one(queries.theirs(by, product_id))
    if product.showing in (Showing.PUBLISHED, Showing.BLOCKED):
        product.showing = Showing.WITHDRAWN
        product.shown_version += 1
        _announce(product, "product_withdrawn", by=by, now=now)
    return product


@operation
def block_products(enterprise_id: int, *, by: Person, now: datetime) -> int:
    """Take every product of a suspended enterprise off sale, and return how many there were."""
    return _turn(enterprise_id, Showing.PUBLISHED, Showing.BLOCKED, by=by, now=now)


@operation
def unblock_products(enterprise_id: int, *, by: Person, now: datetime) -> int:
    """Put back on sale what was on sale when the enterprise was suspended."""
    return _turn(enterprise_id, Showing.BLOCKED, Showing.PUBLISHED, by=by, now=now)


def _begun(enterprise: Enterprise, code: str, *, key: str | None, now: datetime) -> Product:
    return Product(
        enterprise_id=enterprise.id,
        code=code,
        slug=f"novo-{enterprise.id}-{code}",
        name="",
        segment=enterprise.segment,
        category_id=_usual_category(enterprise),
        made_at=now,
        changed_at=now,
        entry_key=key,
        is_demo=enterprise.is_demo,
    )


def _turn(enterprise_id: int, old: Showing, new: Showing, *, by: Person, now: datetime) -> int:
    query = queries.of_enterprise(enterprise_id).where(Product.showing == old)
    turned = list(db.session.scalars(query.order_by(Product.id).with_for_update()))
    for product in turned:
        product.showing = new
        product.shown_version += 1
        _announce(product, f"product_{new}", by=by, now=now)
    return len(turned)


def _announce(product: Product, kind: str, *, by: Person, now: datetime, **facts: Any) -> None:
    db.session.flush()
    indexing.reindex(product.id)
    audit.record(kind, by=by, now=now, product_id=product.id, **facts)
    product_changed.send(product_id=product.id, by=by, now=now)


def _write(product: Product, fields: Mapping[str, Any]) -> set[str]:
    """Copy the fields by name, and return those that differ."""
    unknown = fields.keys() - TEXTS.keys() - FACTS - {"materials"}
    if unknown:
        raise TypeError(f"not fields of a product: {sorted(unknown)}")
    values = {name: fields[name] for name in fields.keys() & FACTS}
    for name in fields.keys() & TEXTS.keys():
        lines = name in ("description", "story")
        values[name] = clean(str(fields[name]), lines=lines)[: TEXTS[name]]
    if "name" in values:
        values["folded"] = fold(values["name"])
    if "technique" in values:
        values["technique_folded"] = fold(values["technique"])
    changed = {name for name, value in values.items() if getattr(product, name) != value}
    for name in changed:
        setattr(product, name, values[name])
    if "materials" in fields and _write_materials(product, fields["materials"]):
        changed.add("materials")
    _check_category(product, keep="category_id" in fields)
    return changed


def _write_materials(product: Product, names: Sequence[str]) -> bool:
    told: dict[str, str] = {}
    for name in (clean(raw)[:LONGEST_MATERIAL] for raw in names):
        told.setdefault(fold(name), name)
    told.pop("", None)
    wanted = list(told.items())[:MOST_MATERIALS]
    if [(m.folded, m.label) for m in product.materials] == wanted:
        return False
    product.materials = []
    db.session.flush()
    product.materials = [
        ProductMaterial(position=place, label=label, folded=folded)
        for place, (folded, label) in enumerate(wanted)
    ]
    return True


def _check_category(product: Product, *, keep: bool) -> None:
    """Drop a category left over from another segment.

    :raises OtherSegment: if it was asked for.
    """
    if product.category_id is None:
        return
    category = db.session.get(Category, product.category_id)
    if category is not None and category.segment is product.segment:
        return
    if keep:
        raise OtherSegment
    product.category_id = None


def _usual_category(enterprise: Enterprise) -> int | None:
    """Return the category of what the enterprise added last in its main segment."""
    last = (
        sa.select(Product.category_id)
        .where(Product.enterprise_id == enterprise.id, Product.segment == enterprise.segment)
        .order_by(Product.id.desc())
        .limit(1)
    )
    return db.session.scalar(last)


def _next_code(enterprise: Enterprise) -> str:
    """Return the code after the highest of the enterprise: E01's are P0101, P0102."""
    codes = db.session.scalars(
        sa.select(Product.code).where(Product.enterprise_id == enterprise.id)
    )
    numbers = [int(code[1:]) for code in codes if re.fullmatch(r"P[0-9]{1,9}", code)]
    own = int(re.sub(r"\D", "", enterprise.code)[:6] or enterprise.id)
    return f"P{max(numbers, default=own * 100) + 1:04d}"


def _slug(product: Product) -> str:
    """Return an address that no other product can have: it ends with the product's own id."""
    return f"{slug(product.name)[:60].strip('-') or 'produto'}-{product.id}"
