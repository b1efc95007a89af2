"""Keep counts of the box of reais that backs notes."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_3900_note_counts"
down_revision = "2026_11_28_3911_line_minimums"
branch_labels = None
depends_on = None

TABLE = "note_counts"
POINTS = {"division_id": "divisions", "fair_id": "fairs", "by_id": "users"}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=True),
        sa.Column("counted_cents", sa.BigInteger(), nullable=False),
        sa.Column("expected_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "counted_cents >= 0 AND expected_cents >= 0", name=op.f("ck_note_counts_not_negative")
        ),
        sa.CheckConstraint(
            "counted_cents = expected_cents OR reason <> ''",
            name=op.f("ck_note_counts_differs_with_a_reason"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{to}.id"], name=op.f(f"fk_note_counts_{column}_{to}")
            )
            for column, to in POINTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_counts")),
        sa.UniqueConstraint("key", name=op.f("uq_note_counts_key")),
    )
    for column in ("division_id", "fair_id"):
        op.create_index(f"ix_note_counts_{column}", TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)
