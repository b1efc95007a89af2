"""Figures of laws, by date: minimum prices, ceilings of taxes, the wage; and who read the act."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents


class LegalKind(enum.StrEnum):
    WAGE = "wage"  # of a month
    MINIMUM_PRICE = "minimum_price"  # PGPM-Bio: of a kilo
    TAX_CEILING = "tax_ceiling"  # of twelve months


class LegalFigure(Model):
    """What a source says that an act says: of one thing there may be several that disagree.

    ``doubted`` were by whoever gathered them. It is used once somebody read the act (`LegalCheck`).
    """

    __tablename__ = "legal_figures"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject", "region", "valid_from", "amount_cents"),
        sa.CheckConstraint("amount_cents > 0", name="positive"),
        sa.CheckConstraint("act <> ''", name="names_its_act"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LegalKind]
    subject: Mapped[str]  # a product, or a regime of tax
    region: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[Cents]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    act: Mapped[str]
    source: Mapped[str]  # who says so, and how far it is to be trusted
    doubted: Mapped[bool] = mapped_column(default=False)

    checks: Mapped[list["LegalCheck"]] = relationship(order_by="LegalCheck.id")


class LegalCheck(Model):
    """Somebody read the act: it says that, or not; the last one holds. Never changed."""

    __tablename__ = "legal_checks"
    __table_args__ = (sa.CheckConstraint("place <> ''", name="says_where"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    figure_id: Mapped[int] = mapped_column(sa.ForeignKey("legal_figures.id"), index=True)
    holds: Mapped[bool]
    place: Mapped[str]  # where it was read: gazette, date, page
    checked_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship()


append_only("legal_checks")
