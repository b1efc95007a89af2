"""Keep notes of a social currency that were issued and redeemed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1520_note_moves"
down_revision = "2026_11_27_1510_fair_venue"
branch_labels = None
depends_on = None

TABLE = "note_moves"
KIND = sa.Enum("issued", "redeemed", name="notekind", native_enum=False, length=32)
INSTANT = sa.DateTime(timezone=True)
POINTS = {
    "division_id": "divisions",
    "fair_id": "fairs",
    "enterprise_id": "enterprises",
    "by_id": "users",
    "undone_by_id": "users",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_note_moves_something")),
        sa.CheckConstraint(
            "enterprise_id IS NULL OR kind = 'redeemed'", name=op.f("ck_note_moves_who_redeemed")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason = '')",
            name=op.f("ck_note_moves_undone_with_a_reason"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{to}.id"], name=op.f(f"fk_note_moves_{column}_{to}")
            )
            for column, to in POINTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_moves")),
        sa.UniqueConstraint("key", name=op.f("uq_note_moves_key")),
    )
    for column in ("division_id", "fair_id", "enterprise_id"):
        op.create_index(f"ix_note_moves_{column}", TABLE, [column])


def downgrade() -> None:
    """Drop them; entries of notes stay in the books, which an older version cannot read."""
    op.drop_table(TABLE)
