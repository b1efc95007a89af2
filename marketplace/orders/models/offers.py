"""Pieces of a product that are only to be reserved for one fair."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models.products import Product
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents


class FairOffer(Model):
    """What is set apart of a product for a fair, all its days together; reserved ones are gone."""

    __tablename__ = "fair_offers"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "fair_id"),
        sa.CheckConstraint("left_count >= 0", name="left_not_negative"),
        sa.CheckConstraint("most_each > 0", name="most_each_positive"),
        sa.CheckConstraint("price_cents > 0", name="price_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(index=True)  # no foreign key: fairs are a floor above
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    left_count: Mapped[int] = mapped_column(default=0)
    most_each: Mapped[int | None]  # pieces for one buyer
    only_here: Mapped[bool] = mapped_column(default=False)  # until the fair is over
    price_cents: Mapped[Cents | None]
    """What one costs at that fair, reserved or on the spot; none: what it costs everywhere."""
    made_at: Mapped[datetime]

    product: Mapped[Product] = relationship()

    @property
    def subject(self) -> str:
        """How stock movements call it."""
        return f"fair_offer:{self.id}"


shown("goods", FairOffer, unseen=("left_count",))  # few left: the product itself is marked
