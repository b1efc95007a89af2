"""Keep the provider's own lines, and the days on which the books were held against them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1530_reconciliation"
down_revision = "2026_11_26_1520_pay_by"
branch_labels = None
depends_on = None

STATES = ("waiting", "matched", "aside", "unknown", "differs")


def upgrade() -> None:
    op.create_table(
        "provider_movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="movementstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["ledger_entries.id"],
            name=op.f("fk_provider_movements_entry_id_ledger_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_movements")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_provider_movements_entry_id")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_provider_movements_movement_id")),
    )
    op.create_index("ix_provider_movements_state", "provider_movements", ["state"])
    op.create_index("ix_provider_movements_day_state", "provider_movements", ["day", "state"])
    op.create_table(
        "reconciliation_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="daystate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("provider_cents", sa.BigInteger(), nullable=False),
        sa.Column("books_cents", sa.BigInteger(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_reconciliation_days_closed_at_some"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR provider_cents = books_cents",
            name=op.f("ck_reconciliation_days_closed_when_equal"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"],
            ["users.id"],
            name=op.f("fk_reconciliation_days_closed_by_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_days")),
        sa.UniqueConstraint("day", name=op.f("uq_reconciliation_days_day")),
    )


def downgrade() -> None:
    op.drop_table("reconciliation_days")
    op.drop_table("provider_movements")
