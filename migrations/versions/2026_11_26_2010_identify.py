"""Keep a person's word on whose unidentified money is."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2010_identify"
down_revision = "2026_11_26_2000_find_events"
branch_labels = None
depends_on = None

REFUSED = "BEGIN SELECT RAISE(ABORT, 'identifications is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER identifications_append_only BEFORE UPDATE ON identifications {REFUSED}",
        f"CREATE TRIGGER identifications_kept_whole BEFORE DELETE ON identifications {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER identifications_append_only BEFORE UPDATE OR DELETE ON identifications"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER identifications_kept_whole BEFORE TRUNCATE ON identifications"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "identifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_identifications_something")),
        _to("entry_id", "ledger_entries"),
        _to("enterprise_id", "enterprises"),
        _to("decided_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifications")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_identifications_entry_id")),
    )
    op.create_index("ix_identifications_enterprise_id", "identifications", ["enterprise_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("identifications")


def _to(column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_identifications_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name)
