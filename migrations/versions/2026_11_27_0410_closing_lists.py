"""Keep when no order was on its way to a fair any more, and the list each group got then."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0410_closing_lists"
down_revision = "2026_11_27_0400_tills"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("collections", sa.Column("closed_at", INSTANT, nullable=True))
    op.create_table(
        "closing_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("unpaid", sa.Integer(), nullable=False),
        sa.Column("passed_on_at", INSTANT, nullable=True),
        sa.Column("passed_on_by_id", sa.Integer(), nullable=True),
        _to("fair_id", "fairs"),
        _to("enterprise_id", "enterprises"),
        _to("passed_on_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_lists")),
        sa.UniqueConstraint(
            "fair_id", "enterprise_id", name=op.f("uq_closing_lists_fair_id_enterprise_id")
        ),
    )
    op.create_index("ix_closing_lists_enterprise_id", "closing_lists", ["enterprise_id"])


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_closing_lists_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    """Go back at any time: an older version closes reservations by the clock alone."""
    op.drop_table("closing_lists")
    op.drop_column("collections", "closed_at")
