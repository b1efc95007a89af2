"""What a group typed to reckon a price: the batch and its lines, kept with the version it made."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalogue.models.prices import LineKind
from marketplace.core.database import Model
from marketplace.core.types import Cents


class KeptSheet(Model):
    """The batch behind a price version; shares in thousandths of the price."""

    __tablename__ = "price_sheets"
    __table_args__ = (sa.CheckConstraint("pieces > 0", name="has_pieces"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("price_versions.id"), primary_key=True)
    pieces: Mapped[int]
    hour_cents: Mapped[Cents | None]  # none: whatever remains
    surplus_permille: Mapped[int] = mapped_column(default=0)
    fund_permille: Mapped[int] = mapped_column(default=0)
    payment_fee_permille: Mapped[int] = mapped_column(default=0)
    taxes_permille: Mapped[int] = mapped_column(default=0)


class SheetLine(Model):
    """One line of the batch: a material, somebody's hours, or another cost."""

    __tablename__ = "price_sheet_lines"
    __table_args__ = (
        sa.CheckConstraint("amount_thousandths >= 0 AND unit_cost_cents >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("price_sheets.version_id"), index=True)
    position: Mapped[int]
    kind: Mapped[LineKind]
    label: Mapped[str] = mapped_column(default="")
    amount_thousandths: Mapped[int]  # of its measure, or hours of work
    measure: Mapped[str] = mapped_column(default="")  # kg, bundle, metre: as the group says
    unit_cost_cents: Mapped[Cents]
    loss_permille: Mapped[int] = mapped_column(default=0)  # on top of the amount
    solidarity: Mapped[bool] = mapped_column(default=False)  # bought from a solidarity enterprise
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
