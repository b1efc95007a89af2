"""What the catalogue keeps about people: what a group of one person tells of its goods."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext

from marketplace.catalogue.models.hours import HourDecision
from marketplace.catalogue.models.legal import LegalCheck, LegalFigure
from marketplace.catalogue.models.lists import Category, Material, MinimumWage, Technique
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.models.price_sheets import SheetLine
from marketplace.catalogue.models.prices import CompositionLine, PriceVersion
from marketplace.catalogue.models.products import Photo, Product, ProductMaterial, Showing
from marketplace.catalogue.models.regimes import RegimeWord
from marketplace.catalogue.models.stock import StockMovement
from marketplace.catalogue.operations import indexing
from marketplace.core import search
from marketplace.core.database import db
from marketplace.core.privacy import CONTRACT, Subject, harmless, personal, picture, register

GOODS, SELLING = lazy_gettext("Goods that your group offers"), CONTRACT
TEXTS = (
    *("description", "story", "size", "care", "technique", "technique_folded", "photo_file"),
    "ncm",
)

harmless(Category, "slug name name_es name_en")
harmless(Material, "code name name_en group papers")
harmless(Technique, "code name name_en meaning")
harmless(MinimumWage, "valid_from act source")
harmless(LegalFigure, "subject region act source valid_from valid_to")
harmless(HourDecision, "decided_on minute file")  # of a group: which vote
harmless(LegalCheck, "place")  # a page of a gazette
harmless(MinimumTie, "subject region")
harmless(RegimeWord, "regime")  # of a group, which says it to its Division
harmless(Product, "code")
harmless(StockMovement, "subject")
_CALLED = "Produto " + Product.code
_ID = sa.cast(Product.id, sa.String)
personal(
    Product,
    whose={"product": "id"},
    erased={"name": _CALLED, "folded": sa.func.lower(_CALLED), "slug": "produto-" + _ID}
    | {"picture": None, "entry_key": None, "showing": Showing.WITHDRAWN}
    | {"shown_version": Product.shown_version + 1}
    | dict.fromkeys(TEXTS, ""),
    title=lazy_gettext("Product"),
    shows="name description story size care technique",
    why=GOODS,
    ground=SELLING,
)
personal(
    ProductMaterial,
    whose={"product": "product_id"},
    goes="label folded",
    title=lazy_gettext("Material"),
    shows="label",
    why=GOODS,
    ground=SELLING,
)
personal(
    Photo,
    whose={"product": "product_id"},
    goes="picture alt file_name",
    title=lazy_gettext("Photo"),
    shows="alt file_name",
    why=GOODS,
    ground=SELLING,
)
personal(
    StockMovement,
    whose={"product": "product_id"},
    erased={"reason": ""},
    title=lazy_gettext("Movement of stock"),
    shows="reason",
    why=GOODS,
    ground=SELLING,
)
personal(
    CompositionLine,
    whose={"price_version": "version_id"},
    erased={"label": ""},
    title=lazy_gettext("Part of a price"),
    shows="label",
    why=lazy_gettext("What a price is made of"),
    ground=SELLING,
)
harmless(SheetLine, "measure")
personal(
    SheetLine,
    whose={"price_version": "version_id", "member": "member_id"},
    erased={"label": ""},
    title=lazy_gettext("Line of a price sheet"),
    shows="label",
    why=lazy_gettext("What a price is made of"),
    ground=SELLING,
)
picture(Product, "picture")
picture(Photo, "picture")


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Add the goods of the enterprises that go."""
    goods = sa.select(Product.id).where(Product.enterprise_id.in_(theirs.of("enterprise")))
    theirs.of("product").update(db.session.scalars(goods))
    prices = sa.select(PriceVersion.id).where(PriceVersion.product_id.in_(theirs.of("product")))
    theirs.of("price_version").update(db.session.scalars(prices))


@register.before.append
def forget(theirs: Subject, _now: datetime) -> None:
    """Let nobody find them any more."""
    for product_id in sorted(theirs.of("product")):
        search.remove(indexing.KIND, product_id)
