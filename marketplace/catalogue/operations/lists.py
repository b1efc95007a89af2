"""The lists to pick from: those that come with the house, and categories as they change."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.errors import CategoryTaken
from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.models.lists import Category, Material, MinimumWage, Technique
from marketplace.catalogue.queries import lists as queries
from marketplace.core import audit
from marketplace.core.database import Model, db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.core.text import clean, slug
from marketplace.enterprises.models import Segment

REFERENCE = Path(__file__).parents[1] / "reference"
DOUBTED = "conflict_do_not_use"
TOLD_APART = ("kind", "subject", "region", "valid_from", "amount_cents")


@operation
def load_reference(now: datetime) -> int:
    """Bring materials, techniques, wages and categories up to date; return the rows changed.

    Categories are only added: their names are the administrator's once they are there.
    """
    changed = _bring(Material, "code", _materials())
    changed += _bring(Technique, "code", _techniques())
    changed += _bring(MinimumWage, "valid_from", _wages())
    changed += _bring_figures()
    changed += _add_categories()
    if changed:
        audit.record("reference_loaded", by=HOUSE, now=now, floor="catalogue", rows=changed)
    return changed


@operation
def add_category(
    segment: Segment, *, name: str, name_es: str, name_en: str, by: Person, now: datetime
) -> Category:
    """Add a category at the end of its segment.

    :raises CategoryTaken: if the segment has one that is written alike, retired or not.
    """
    of_segment = sa.select(sa.func.count()).where(Category.segment == segment)
    if db.session.scalar(queries.category_by_slug(segment, slug(name))):
        raise CategoryTaken(name=name)
    category = Category(
        segment=segment,
        slug=slug(name),
        name=clean(name),
        name_es=clean(name_es),
        name_en=clean(name_en),
        position=db.session.scalar(of_segment) or 0,
    )
    db.session.add(category)
    db.session.flush()
    audit.record("category_added", by=by, now=now, category_id=category.id)
    return category


@operation
def rename_category(
    category_id: int, *, name: str, name_es: str, name_en: str, by: Person, now: datetime
) -> Category:
    """Call a category otherwise; its address and what was sold under it stay.

    :raises NotFound: if there is none.
    """
    category = lock_one(queries.category(category_id))
    category.name, category.name_es = clean(name), clean(name_es)
    category.name_en = clean(name_en)
    audit.record("category_renamed", by=by, now=now, category_id=category.id)
    return category


@operation
def retire_category(category_id: int, *, by: Person, now: datetime) -> Category:
    """Offer a category no more; products that have it keep it until somebody moves them.

    :raises NotFound: if there is none.
    """
    category = lock_one(queries.category(category_id))
    category.retired_at = category.retired_at or now
    audit.record("category_retired", by=by, now=now, category_id=category.id)
    return category


@operation
def restore_category(category_id: int, *, by: Person, now: datetime) -> Category:
    """Offer a retired category again.

    :raises NotFound: if there is none.
    """
    category = lock_one(queries.category(category_id))
    category.retired_at = None
    audit.record("category_restored", by=by, now=now, category_id=category.id)
    return category


def _bring(model: type[Model], key: str, rows: Iterator[dict[str, Any]]) -> int:
    there = {getattr(row, key): row for row in db.session.scalars(sa.select(model))}
    changed = 0
    for values in rows:
        row = there.get(values[key])
        if row is None:
            db.session.add(model(**values))
            changed += 1
        elif differing := {k: v for k, v in values.items() if getattr(row, k) != v}:
            for name, value in differing.items():
                setattr(row, name, value)
            changed += 1
    return changed


def _add_categories() -> int:
    there = {(c.segment, c.slug) for c in db.session.scalars(queries.categories(retired=True))}
    added = 0
    for place, row in enumerate(_rows("categories.csv")):
        if (segment := Segment(row["segment"]), row["slug"]) not in there:
            names = {f"name_{code}": row[f"name_{code}"] for code in ("es", "en")}
            pt = {"name": row["name_pt"], "slug": row["slug"], "position": place}
            db.session.add(Category(segment=segment, **pt, **names))
            added += 1
    return added


def _materials() -> Iterator[dict[str, Any]]:
    """**Source:** see `reference/raw_materials.csv`; its rows say how far to trust each."""
    for row in _rows("raw_materials.csv"):
        names = {"name": row["name_pt"], "name_en": row["name_en"]}
        papers = row["documents_or_notes_pt"]
        yield {"code": row["code"], "group": row["origin"], "papers": papers} | names


def _techniques() -> Iterator[dict[str, Any]]:
    for row in _rows("craft_techniques.csv"):
        names = {"name": row["name_pt"], "name_en": row["name_en"]}
        yield {"code": row["code"], "meaning": row["definition_pt"]} | names


def _wages() -> Iterator[dict[str, Any]]:
    for row in _rows("minimum_wage.csv"):
        yield {
            "valid_from": date.fromisoformat(row["valid_from"]),
            "month_cents": int(Decimal(row["monthly_brl"]) * 100),
            "hour_cents": int(Decimal(row["hourly_brl"]) * 100),
            "act": row["legal_act"],
            "source": row["confidence"],
        }


def _bring_figures() -> int:
    """Add figures of laws that are new; those that are there were perhaps checked, and stay."""
    found = db.session.scalars(sa.select(LegalFigure))
    there = {tuple(getattr(row, name) for name in TOLD_APART) for row in found}
    new = [row for row in _figures() if tuple(row[name] for name in TOLD_APART) not in there]
    db.session.add_all(LegalFigure(**row) for row in new)
    return len(new)


def _figures() -> Iterator[dict[str, Any]]:
    """**Source:** each row names its act; see `reference/minimum_prices.csv` for the doubted."""
    for row in _rows("minimum_wage.csv"):
        yield _figure(LegalKind.WAGE, row, "", row["monthly_brl"])
    for row in _rows("minimum_prices.csv"):
        region, doubted = row["region"].removesuffix(" (press)"), row["status"] == DOUBTED
        told = _figure(LegalKind.MINIMUM_PRICE, row, row["product"], row["minimum_price_brl"])
        yield told | {"region": region, "doubted": doubted}
    for row in _rows("tax_ceilings.csv"):
        yield _figure(LegalKind.TAX_CEILING, row, row["regime"], row["amount_brl"])


def _figure(kind: LegalKind, row: dict[str, str], subject: str, reais: str) -> dict[str, Any]:
    last = row.get("valid_to", "")
    return {
        "kind": kind,
        "subject": subject,
        "region": "",
        "amount_cents": int(Decimal(reais) * 100),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(last) if last else None,
        "act": row["legal_act"],
        "source": row["confidence"],
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
