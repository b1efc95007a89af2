"""What a sheet of products would change, and the sheet of what is there."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.prices import GROUP_OF, CompositionLine, Group, LineKind
from marketplace.catalogue.models.products import Photo, Product, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.sheet_rows import Figures, ProductRow
from marketplace.core.database import db
from marketplace.core.text import clean, fold

MATERIALS = (LineKind.MATERIAL, LineKind.LOSSES)
NEW = "new"


class Known(NamedTuple):
    """A product as a sheet would write it."""

    product: Product
    left: int | None  # none: made to order
    figures: Figures | None
    photo_file: str


class Planned(NamedTuple):
    """A row and what it does: ``changes`` are columns, or ``new``; none where all is the same."""

    row: ProductRow
    known: Known | None
    changes: list[str]


def known_products(enterprise_id: int) -> list[Known]:
    """Return an enterprise's products by code, in five statements."""
    query = (
        sa.select(Product)
        .where(Product.enterprise_id == enterprise_id)
        .options(
            selectinload(Product.materials),
            joinedload(Product.category),
            joinedload(Product.enterprise),
            selectinload(Product.photos),
        )
    )
    products = list(db.session.scalars(query.order_by(Product.code)))
    lines, stock = _lines_of(products), _stock_of(enterprise_id)
    return [
        Known(
            product,
            None if product.supply is Supply.TO_ORDER else stock.get(product.id, 0),
            figures_of(lines.get(product.version_id or 0, [])),
            product.photo_file or _first_file(product.photos),
        )
        for product in products
    ]


def planned(enterprise_id: int, rows: Iterable[ProductRow]) -> list[Planned]:
    """Say what each row would do: nothing is written."""
    known = known_products(enterprise_id)
    by_code = {each.product.code: each for each in known}
    by_name = {each.product.folded: each for each in known}
    plan = []
    for row in rows:
        there = by_code.get(row.code) if row.code else by_name.get(fold(row.name))
        plan.append(Planned(row, there, changes(there, row) if there else [NEW]))
    return plan


def changes(known: Known, row: ProductRow) -> list[str]:
    """Return the columns in which a row differs from the product as it is."""
    product = known.product
    told = [name for name in row.fields if _differs(product, name, row.fields[name])]
    if row.price_cents is not None and row.price_cents != product.price_cents:
        told.append("price")
    if row.figures is not None and row.figures != known.figures:
        told.append("figures")
    if row.left is not None and known.left is not None and row.left != known.left:
        told.append("stock")
    if row.photo_file is not None and row.photo_file != known.photo_file:
        told.append("photo_file")
    return told


def figures_of(lines: Sequence[LineInput]) -> Figures | None:
    """Return a composition as the three columns tell it; none where there is none."""
    if not lines:
        return None
    hours = sum(line.amount_thousandths for line in lines if line.kind is LineKind.LABOUR)
    materials = sum(line.total for line in lines if line.kind in MATERIALS)
    bought = sum(line.total for line in lines if GROUP_OF[line.kind] is not Group.MAKERS)
    return Figures(hours, materials, bought - materials)


def waiting_for_photos(enterprise_id: int) -> dict[str, list[int]]:
    """Return, by the file name that a sheet told, the products that have no such photo yet."""
    has = sa.exists().where(Photo.product_id == Product.id, Photo.file_name == Product.photo_file)
    query = sa.select(Product.photo_file, Product.id).where(
        Product.enterprise_id == enterprise_id, Product.photo_file != "", sa.not_(has)
    )
    waiting: dict[str, list[int]] = {}
    for file_name, product_id in db.session.execute(query.order_by(Product.id)):
        waiting.setdefault(file_name, []).append(product_id)
    return waiting


def sheet_of(enterprise_id: int) -> list[list[str]]:
    """Return the rows of an exported sheet, in the order of `COLUMNS`, as people write here."""
    return [_written(known) for known in known_products(enterprise_id)]


def _written(known: Known) -> list[str]:
    product, figures = known.product, known.figures
    return [
        product.code,
        product.enterprise.code,
        product.name,
        str(product.segment),
        product.category.slug if product.category else "",
        str(product.unit),
        _number(product.price_cents or None, 2),
        _number(product.weight_grams, 0),
        "; ".join(material.label for material in product.materials),
        product.technique,
        product.description,
        product.ncm,
        *_figures(figures),
        "1" if product.is_demo else "0",
        _number(known.left, 0),
        known.photo_file,
    ]


def _figures(figures: Figures | None) -> list[str]:
    if figures is None:
        return [""] * 3
    costs = (figures.materials_cents, figures.overhead_cents)
    return [_number(figures.hours, 3), *(_number(cents, 2) for cents in costs)]


def _number(value: int | None, places: int) -> str:
    """Write an integer of small units with a comma: 3500 of three places is ``3,500``."""
    if value is None:
        return ""
    whole, part = divmod(value, 10**places)
    return f"{whole},{part:0{places}d}" if places else str(whole)


def _differs(product: Product, name: str, value: object) -> bool:
    if name == "materials":
        told: dict[str, str] = {}
        for label in value if isinstance(value, list) else []:
            told.setdefault(fold(clean(label)), clean(label))
        return [material.label for material in product.materials] != list(told.values())
    return bool(getattr(product, name) != value)


def _first_file(photos: Sequence[Photo]) -> str:
    return photos[0].file_name if photos else ""


def _lines_of(products: Iterable[Product]) -> dict[int, list[LineInput]]:
    ids = [product.version_id for product in products if product.version_id]
    query = sa.select(CompositionLine).where(CompositionLine.version_id.in_(ids))
    found: dict[int, list[LineInput]] = {}
    for line in db.session.scalars(query.order_by(CompositionLine.position)):
        given = LineInput(
            line.kind,
            line.unit_cost_cents,
            line.amount_thousandths,
            line.label,
            line.total_cents,
        )
        found.setdefault(line.version_id, []).append(given)
    return found


def _stock_of(enterprise_id: int) -> dict[int, int]:
    query = (
        sa.select(Stock.product_id, Stock.left_count)
        .join(Product, Product.id == Stock.product_id)
        .where(Product.enterprise_id == enterprise_id)
    )
    return {row.product_id: row.left_count for row in db.session.execute(query)}
