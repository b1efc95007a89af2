"""What is picked from, and the legal wage of a day."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from marketplace.catalogue.models.lists import Category, Material, MinimumWage, Technique
from marketplace.catalogue.models.products import Product
from marketplace.core.database import db, rows
from marketplace.enterprises.models import Segment

NO_FLOOR = 0


def categories(*, retired: bool = False) -> sa.Select[Category]:
    query = sa.select(Category).order_by(Category.segment, Category.position, Category.name)
    return query if retired else query.where(Category.retired_at.is_(None))


def category(category_id: int) -> sa.Select[Category]:
    return sa.select(Category).where(Category.id == category_id)


def category_by_slug(segment: Segment, slug: str) -> sa.Select[Category]:
    return sa.select(Category).where(Category.segment == segment, Category.slug == slug)


def category_names(slugs: Collection[str]) -> dict[str, str]:
    """Return what categories are called, by slug."""
    found = rows(_CALLED, {"slugs": list(slugs)}) if slugs else ()
    return {category.slug: category.name for category in found}


def material_names() -> list[str]:
    return list(db.session.scalars(sa.select(Material.name).order_by(Material.name)))


def technique_names() -> list[str]:
    return list(db.session.scalars(sa.select(Technique.name).order_by(Technique.name)))


def wage_floor(day: date) -> int:
    """Return what an hour of the minimum wage is worth on a day, in centavos; 0 before the table.

    **Source:** the act named in each row of `minimum_wages`; an hour is a month ÷ 220.
    """
    found = rows(_HOUR, {"day": day})
    return found[0].hour_cents if found else NO_FLOOR


def uses() -> dict[int, int]:
    """Return how many products each category has."""
    query = (
        sa.select(Product.category_id, sa.func.count())
        .where(Product.category_id.is_not(None))
        .group_by(Product.category_id)
    )
    return {category_id or 0: number for category_id, number in db.session.execute(query)}


_CALLED = sa.select(Category.slug, Category.name).where(
    Category.slug.in_(sa.bindparam("slugs", expanding=True))
)
_HOUR = (
    sa.select(MinimumWage.hour_cents)
    .where(MinimumWage.valid_from <= sa.bindparam("day"))
    .order_by(MinimumWage.valid_from.desc())
    .limit(1)
)
