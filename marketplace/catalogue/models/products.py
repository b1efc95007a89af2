"""Products, their photos and what they are made of."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models.lists import Category
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents
from marketplace.enterprises.models import Enterprise, Segment


class Supply(enum.StrEnum):
    STOCK = "stock"  # only what is in hand is sold
    TO_ORDER = "to_order"  # made after the order, within `lead_days`


class Showing(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # taken off sale by its enterprise
    BLOCKED = "blocked"  # its enterprise is suspended


class Unit(enum.StrEnum):
    """What one is: traditional units carry their grams in `Product.unit_grams`."""

    PIECE = "un"
    KILO = "kg"
    GRAM = "g"
    LITRE = "l"
    MILLILITRE = "ml"
    PAIR = "par"
    SET = "jogo"
    KIT = "kit"
    PACK = "pacote"
    JAR = "pote"
    BUNCH = "maco"
    CLUSTER = "cacho"
    BUNDLE = "feixe"
    TIN = "lata"
    SACK = "saca"
    BASKET = "paneiro"
    METRE = "m"
    TONNE = "t"
    TRAY = "bandeja"
    BLOCK = "bloco"
    BOX = "caixa"
    HAMPER = "cesta"
    ENSEMBLE = "conjunto"
    DAY = "diaria"
    DOZEN = "duzia"
    SHEET = "folha"
    FLASK = "frasco"
    BOTTLE = "garrafa"
    HECTOLITRE = "hl"
    MONTH = "mes"
    PORTION = "porcao"
    ROLL = "rolo"
    BAG = "saco"
    SMALL_BAG = "saquinho"


class Product(Model):
    __tablename__ = "products"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "code"),
        sa.CheckConstraint("price_cents BETWEEN 0 AND 100000000", name="price_range"),
        sa.CheckConstraint("showing <> 'published' OR price_cents > 0", name="published_price"),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 365", name="lead_range"),
        sa.Index("ix_products_newest", "showing", "published_at"),
        sa.Index("ix_products_newest_of_segment", "showing", "segment", "published_at"),
        sa.Index("ix_products_price", "showing", "price_cents"),
        sa.Index("ix_products_makers", "showing", "makers_permille"),
        sa.Index("ix_products_category_price", "showing", "category_id", "price_cents"),
        sa.Index(
            *("ix_products_shelves", "showing", "segment", "category_id", "enterprise_id"),
            *("price_cents", "at_fair", "at_point", "by_delivery"),  # all that filters ask often
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    code: Mapped[str]  # within its enterprise, on tags and sheets: P0101
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default="")  # the name for comparing
    description: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    segment: Mapped[Segment]
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"), index=True)
    price_cents: Mapped[Cents] = mapped_column(default=0)  # of one `unit`
    unit: Mapped[Unit] = mapped_column(default=Unit.PIECE)
    unit_grams: Mapped[int | None]  # what one traditional unit weighs
    weight_grams: Mapped[int | None]
    size: Mapped[str] = mapped_column(default="")
    care: Mapped[str] = mapped_column(default="")
    technique: Mapped[str] = mapped_column(default="")  # as shown; folded copy beside it
    technique_folded: Mapped[str] = mapped_column(default="", index=True)
    ncm: Mapped[str] = mapped_column(default="")  # 8 digits with dots, a suggestion
    supply: Mapped[Supply] = mapped_column(default=Supply.STOCK)
    lead_days: Mapped[int] = mapped_column(default=0)
    perishable: Mapped[bool] = mapped_column(default=False)  # withdrawal is told before paying
    at_fair: Mapped[bool] = mapped_column(default=True)  # how it can be had
    at_point: Mapped[bool] = mapped_column(default=True)
    by_delivery: Mapped[bool] = mapped_column(default=False)
    showing: Mapped[Showing] = mapped_column(default=Showing.DRAFT)
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version_id: Mapped[int | None]  # its present price version
    maker_cents: Mapped[Cents | None]  # of the present price; none while it does not add up
    materials_cents: Mapped[Cents | None]
    packing_cents: Mapped[Cents | None]
    fund_cents: Mapped[Cents | None]
    fees_cents: Mapped[Cents | None]
    makers_permille: Mapped[int | None]  # the makers' part of the price, to sort by
    real_hour_cents: Mapped[Cents | None]
    photo_file: Mapped[str] = mapped_column(default="")  # the photo that its sheet names
    picture: Mapped[str | None]  # the first photo, kept here for listings
    shown_version: Mapped[int] = mapped_column(default=1)  # rises when a page would differ
    entry_key: Mapped[str | None] = mapped_column(unique=True)  # a form sent twice makes one
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    enterprise: Mapped[Enterprise] = relationship()
    category: Mapped[Category | None] = relationship()
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.position")
    materials: Mapped[list["ProductMaterial"]] = relationship(
        order_by="ProductMaterial.position", cascade="all, delete-orphan"
    )

    @property
    def only_at_fair(self) -> bool:
        return self.at_fair and not (self.at_point or self.by_delivery)


class ProductMaterial(Model):
    """A material as the maker calls it; `folded` is what filters compare."""

    __tablename__ = "product_materials"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)


class Photo(Model):
    __tablename__ = "photos"
    __table_args__ = (sa.UniqueConstraint("product_id", "picture"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    picture: Mapped[str]  # of `core.pictures`
    alt: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(default="")  # as a sheet calls it
    made_at: Mapped[datetime]


shown("goods", Product, stock=("shown_version",), unseen=("changed_at", "entry_key", "photo_file"))
shown("goods", ProductMaterial)
shown("goods", Photo)
