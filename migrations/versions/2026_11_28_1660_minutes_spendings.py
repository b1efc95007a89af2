"""Keep which minutes decided what a solidarity fund pays."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_1660_min_spendings"
down_revision = "2026_11_28_1640_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "minutes_spendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("spending_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_spendings_minutes_id_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["spending_id"],
            ["fund_spendings.id"],
            name=op.f("fk_minutes_spendings_spending_id_fund_spendings"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_minutes_spendings_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_spendings")),
        sa.UniqueConstraint("spending_id", name=op.f("uq_minutes_spendings_spending_id")),
    )
    op.create_index(
        op.f("ix_minutes_spendings_minutes_id"), "minutes_spendings", ["minutes_id"], unique=False
    )


def downgrade() -> None:
    """Lose which minutes decided what; the words of each vote stay."""
    op.drop_table("minutes_spendings")
