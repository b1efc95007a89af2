"""A producer's own table of products, and the staff's."""

from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.models.stock import Stock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.text import fold
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise

Rows = sa.Select[*tuple[Any, ...]]
Row = Any  # of `Rows`, its columns by name
SOLD_OUT, UNDER_FLOOR = "esgotado", "piso"


def of_enterprise(enterprise_id: int, *, text: str = "", state: str = "") -> Rows:
    """Select an enterprise's products as rows of a table, the latest changed first.

    ``state`` is a `Showing`, or ``esgotado`` for what is on sale with nothing left.
    """
    rows = _rows().where(Product.enterprise_id == enterprise_id, *_like(text))
    if state in list(Showing):
        rows = rows.where(Product.showing == Showing(state))
    elif state == SOLD_OUT:
        rows = rows.where(Product.showing == Showing.PUBLISHED, _nothing_left())
    return rows.order_by(Product.changed_at.desc(), Product.id.desc())


def on_sale(enterprise_id: int) -> list[Product]:
    """Return what an enterprise has on sale, by name."""
    query = sa.select(Product).where(Product.enterprise_id == enterprise_id)
    query = query.where(Product.showing == Showing.PUBLISHED).order_by(Product.folded, Product.id)
    return list(db.session.scalars(query))


def counts_of(enterprise_id: int) -> dict[str, int]:
    """Return how many products an enterprise has in each state, and how many are sold out."""
    numbers = (
        sa.select(Product.showing, sa.func.count())
        .where(Product.enterprise_id == enterprise_id)
        .group_by(Product.showing)
    )
    sold_out = (
        sa.select(sa.func.count(Product.id))
        .join(Stock, Stock.product_id == Product.id, isouter=True)
        .where(
            Product.enterprise_id == enterprise_id,
            Product.showing == Showing.PUBLISHED,
            _nothing_left(),
        )
    )
    counted = {str(showing): number for showing, number in db.session.execute(numbers)}
    return counted | {SOLD_OUT: db.session.scalar(sold_out) or 0}


def for_staff(person: Person, *, wage_floor: int, text: str = "", state: str = "") -> Rows:
    """Select the products of a person's Divisions as rows; ``piso`` is those under the floor."""
    rows = _rows().where(_of_divisions(person), *_like(text, Enterprise.folded))
    if state in list(Showing):
        rows = rows.where(Product.showing == Showing(state))
    elif state == UNDER_FLOOR:
        rows = rows.where(Product.showing == Showing.PUBLISHED, under_floor(wage_floor))
    return rows.order_by(Product.real_hour_cents.is_(None), Product.real_hour_cents, Product.id)


def number_under_floor(person: Person, *, wage_floor: int) -> int:
    """Return how many products on sale leave an hour of work less than the floor."""
    query = sa.select(sa.func.count(Product.id)).where(
        _of_divisions(person), Product.showing == Showing.PUBLISHED, under_floor(wage_floor)
    )
    return db.session.scalar(query) or 0


def under_floor(wage_floor: int) -> sa.ColumnElement[bool]:
    """Return the condition that an hour of work is left with less than the floor."""
    return Product.real_hour_cents < wage_floor


def _of_divisions(person: Person) -> sa.ColumnElement[bool]:
    shown = enterprises.visible_to(person).with_only_columns(Enterprise.id)
    return Product.enterprise_id.in_(shown)


def _rows() -> Rows:
    return (
        sa.select(
            Product.id,
            Product.code,
            Product.slug,
            Product.name,
            Product.segment,
            Product.picture,
            Product.price_cents,
            Product.unit,
            Product.unit_grams,
            Product.showing,
            Product.supply,
            Product.lead_days,
            Product.real_hour_cents,
            Product.maker_cents,
            Product.is_demo,
            Enterprise.name.label("enterprise"),
            Enterprise.code.label("enterprise_code"),
            Division.name.label("division"),
            sa.func.coalesce(Stock.left_count, 0).label("left"),
            sa.func.coalesce(Stock.apart_count, 0).label("apart"),
            sa.func.coalesce(Stock.held_count, 0).label("held"),
        )
        .join_from(Product, Enterprise, Enterprise.id == Product.enterprise_id)
        .join(Division, Division.id == Enterprise.division_id)
        .join(Stock, Stock.product_id == Product.id, isouter=True)
    )


def _like(text: str, *more: Any) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that every word stands in the name, the code or another column."""
    return [
        sa.or_(
            Product.folded.contains(fold(word), autoescape=True),
            *(column.contains(fold(word), autoescape=True) for column in more),
            Product.code == word.upper(),
        )
        for word in text.split()[:6]
    ]


def _nothing_left() -> sa.ColumnElement[bool]:
    return sa.and_(
        Product.supply == "stock", sa.func.coalesce(Stock.left_count + Stock.apart_count, 0) == 0
    )
