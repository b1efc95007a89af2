"""Keep what was put into the drawers of tills, taken out and counted."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0430_till_counts"
down_revision = "2026_11_27_0420_till_handovers"
branch_labels = None
depends_on = None

KINDS = ("opening", "withdrawal", "closing")
INSTANT = sa.DateTime(timezone=True)
REFUSED = "BEGIN SELECT RAISE(ABORT, 'till_counts is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER till_counts_append_only BEFORE UPDATE ON till_counts {REFUSED}",
        f"CREATE TRIGGER till_counts_kept_whole BEFORE DELETE ON till_counts {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER till_counts_append_only BEFORE UPDATE OR DELETE ON till_counts"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER till_counts_kept_whole BEFORE TRUNCATE ON till_counts"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "till_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="countkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("expected_cents", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_till_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["till_id"], ["tills.id"], name=op.f("fk_till_counts_till_id_tills")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_counts")),
        sa.UniqueConstraint("code", name=op.f("uq_till_counts_code")),
    )
    op.create_index("ix_till_counts_till_id", "till_counts", ["till_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("till_counts")
