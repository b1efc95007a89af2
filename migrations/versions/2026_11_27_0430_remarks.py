"""Keep what visitors said of a fair; find the facts of a fair without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0430_remarks"
down_revision = "2026_11_27_0430_lost_reversals"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
AT_A_FAIR = sa.text("fair_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_sale_facts_fair",
        "sale_facts",
        ["fair_id"],
        sqlite_where=AT_A_FAIR,
        postgresql_where=AT_A_FAIR,
    )
    op.create_table(
        "fair_remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (words <> '')",
            name=op.f("ck_fair_remarks_words_until_withdrawn"),
        ),
        *(_to(column, "users") for column in ("by_id", "withdrawn_by_id")),
        _to("fair_id", "fairs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_remarks")),
    )
    op.create_index("ix_fair_remarks_fair_id", "fair_remarks", ["fair_id"])


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_fair_remarks_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    """Go back only where no remark need be kept."""
    op.drop_table("fair_remarks")
    op.drop_index("ix_sale_facts_fair", "sale_facts")
