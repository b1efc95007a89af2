"""What a visitor put together before ordering."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models.products import Product
from marketplace.core.database import Model
from marketplace.core.types import Cents


class Basket(Model):
    """A row behind a random cookie, kept 30 days after it was last touched."""

    __tablename__ = "baskets"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the cookie, hex
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)

    lines: Mapped[list["BasketLine"]] = relationship(
        order_by="BasketLine.added_at", cascade="all, delete-orphan"
    )


class BasketLine(Model):
    __tablename__ = "basket_lines"
    __table_args__ = (sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity_range"),)

    basket_id: Mapped[int] = mapped_column(sa.ForeignKey("baskets.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    quantity: Mapped[int]
    price_cents: Mapped[Cents]  # as it was when put in; a change is told before ordering
    added_at: Mapped[datetime]

    product: Mapped[Product] = relationship()
