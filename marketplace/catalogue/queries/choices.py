"""What the listing's filters offer: only what something on sale has; kept until that changes."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Municipality
from marketplace.assessments.queries.public import in_order, kept_by
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.models.products import Product, ProductMaterial
from marketplace.catalogue.queries import lists
from marketplace.catalogue.queries.cards import Columns, on_sale
from marketplace.core.database import db, rows
from marketplace.core.generations import kept
from marketplace.enterprises.models import Enterprise

MOST = 40
NUMBER = sa.func.count()
DEPENDS_ON = ("goods", "makers", "places")


class Choice(NamedTuple):
    """Something that filters may ask for: its value in the address, its name, how many have it."""

    value: str
    name: str
    number: int


Choices = tuple[Choice, ...]


class Offered(NamedTuple):
    """What filters offer beside segments and categories."""

    materials: Choices
    principles: Choices
    techniques: Choices
    municipalities: Choices


class Chosen(NamedTuple):
    """The names of what was asked for; "" for what was not, its value for what nobody has."""

    categories: tuple[tuple[str, str], ...]  # slug, name
    material: str
    principle: str
    technique: str
    municipality: str


def offered(language: str, *, day: date) -> Offered:
    """Return all of them, which are kept in one piece; what is alike in all languages apart too."""
    key = ("offered", language, day)
    return kept(key, DEPENDS_ON, lambda: _offered(language, day))


def _offered(language: str, day: date) -> Offered:
    return Offered(
        materials(day=day),
        principles(language, day=day),
        techniques(day=day),
        municipalities(day=day),
    )


def chosen(asked: Filters, names: Mapping[str, str], offered: Offered) -> Chosen:
    """Return what a question asked for, as it is called; ``names`` are those of categories."""
    return Chosen(
        tuple((slug, names.get(slug, slug)) for slug in asked.categories),
        _named(offered.materials, asked.material),
        _named(offered.principles, asked.principle),
        _named(offered.techniques, asked.technique),
        _place(offered.municipalities, asked.municipality),
    )


def _place(places: Choices, code: int | None) -> str:
    return next((place.name for place in places if place.value == str(code)), "") if code else ""


def _named(choices: Choices, value: str) -> str:
    return next((each.name for each in choices if each.value == value), value) if value else ""


def materials(*, day: date) -> Choices:
    """Return the materials of what is on sale, the most used first."""
    return _kept("materials", day)


def techniques(*, day: date) -> Choices:
    """Return the techniques of what is on sale, the most used first."""
    return _kept("techniques", day)


def municipalities(*, day: date) -> Choices:
    """Return where what is on sale comes from, the place with most of it first."""
    return _kept("municipalities", day)


def principles(language: str, *, day: date) -> Choices:
    """Return the principles of fair trade that were checked of who makes something on sale."""
    found = {newest: int(number) for newest, number in rows(_PRINCIPLES, {"day": day})}
    ordered = in_order(found)
    return tuple(Choice(e.code, e.texts[language]["title"], found[e.id]) for e in ordered)


def category_names(segments: tuple[str, ...], language: str) -> Mapping[str, str]:
    """Return the name of each slug, within these segments, if any; the first that has it says it.

    Segments share slugs: bags are bags, of fibre or of what was recycled.
    """
    key = ("category names", segments, language)
    return kept(key, ("goods",), lambda: _category_names(segments, language))


def _category_names(segments: tuple[str, ...], language: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for category in db.session.scalars(lists.categories()):
        if not segments or category.segment in segments:
            names.setdefault(category.slug, category.named(language))
    return names


def _kept(what: str, day: date) -> Choices:
    return kept((what, day), DEPENDS_ON, lambda: _choices(_QUERIES[what], day))


def _choices(query: Columns, day: date) -> Choices:
    found = rows(query, {"day": day})
    return tuple(Choice(str(value), name, number) for value, name, number in found)


def _materials() -> Columns:
    folded = ProductMaterial.folded
    query = sa.select(folded, sa.func.min(ProductMaterial.label), NUMBER)
    query = query.join(Product, Product.id == ProductMaterial.product_id).where(*on_sale())
    return query.group_by(folded).order_by(NUMBER.desc(), folded).limit(MOST)


def _techniques() -> Columns:
    folded = Product.technique_folded
    query = sa.select(folded, sa.func.min(Product.technique), NUMBER)
    query = query.where(folded != "", *on_sale())
    return query.group_by(folded).order_by(NUMBER.desc(), folded).limit(MOST)


def _municipalities() -> Columns:
    """Select how many each maker has, then how many each place has: few rows are joined."""
    counted = _of_makers()
    number = sa.func.sum(counted.c.number)
    return (
        sa.select(Municipality.code, Municipality.name, number)
        .select_from(counted)
        .join(Enterprise, Enterprise.id == counted.c.enterprise_id)
        .join(Municipality, Municipality.code == Enterprise.municipality_code)
        .group_by(Municipality.code, Municipality.name)
        .order_by(number.desc(), Municipality.code)
    )


def _principles_kept() -> Columns:
    """Select the newest criterion of each principle, and how many products its keepers have."""
    held, counted = kept_by(sa.bindparam("day", type_=sa.Date)).subquery(), _of_makers()
    _group, criterion, code = held.c
    query = sa.select(sa.func.max(criterion), sa.func.sum(counted.c.number))
    query = query.join_from(held, counted, counted.c.enterprise_id == held.c.enterprise_id)
    return query.group_by(code)


def _of_makers() -> sa.Subquery:
    """Count what each maker has on sale."""
    of_maker = sa.select(Product.enterprise_id, NUMBER.label("number")).where(*on_sale())
    return of_maker.group_by(Product.enterprise_id).subquery()


_PRINCIPLES = _principles_kept()
_QUERIES = {
    "materials": _materials(),
    "techniques": _techniques(),
    "municipalities": _municipalities(),
}
