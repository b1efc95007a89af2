"""Which minimum price of the law a product is held against, as its group says."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model


class MinimumTie(Model):
    """A product is what the law calls ``subject`` in ``region`` (`LegalFigure`); the last holds.

    Both are empty where its group took that back. What is sold keeps the word of that moment.
    """

    __tablename__ = "minimum_ties"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    subject: Mapped[str]
    region: Mapped[str]
    said_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
