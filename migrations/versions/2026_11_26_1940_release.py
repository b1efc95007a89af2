"""Say when what a payment is for was handed over, and when its share was released."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1940_release"
down_revision = "2026_11_26_1530_reconciliation"
branch_labels = None
depends_on = None

FULFILLED = """UPDATE payments SET fulfilled_at = (
        SELECT handed_over_at FROM orders WHERE orders.id = payments.payable_id)
    WHERE payable_type = 'order' AND method IN ('card', 'pix', 'boleto') AND state <> 'cancelled'"""
# What was there before a step down is in the books.
RELEASED = """UPDATE payments SET released_at = (
        SELECT posted_at FROM ledger_entries WHERE kind = 'share_released'
        AND source_type = 'payment' AND source_id = payments.id)"""
OF_PAYABLE = """UPDATE refunds SET released = true WHERE EXISTS (
        SELECT 1 FROM ledger_entries
        JOIN ledger_lines ON ledger_lines.entry_id = ledger_entries.id
        JOIN ledger_accounts ON ledger_accounts.id = ledger_lines.account_id
        WHERE kind = 'refund_approved' AND source_type = 'refund' AND source_id = refunds.id
        AND (code LIKE 'payable:%' OR code LIKE 'debt:%'))"""


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("payments", sa.Column("fulfilled_at", instant, nullable=True))
    op.add_column("payments", sa.Column("released_at", instant, nullable=True))
    released = sa.Column("released", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("refunds", released)
    op.create_index(
        "ix_payments_held",
        "payments",
        ["settled_at"],
        sqlite_where=sa.text("released_at IS NULL AND method NOT IN ('cash', 'own_pix')"),
        postgresql_where=sa.text("released_at IS NULL AND method NOT IN ('cash', 'own_pix')"),
    )
    for statement in (FULFILLED, RELEASED, OF_PAYABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_payments_held", "payments")
    with op.batch_alter_table("refunds") as refunds:
        refunds.drop_column("released")
    with op.batch_alter_table("payments") as payments:
        payments.drop_column("released_at")
        payments.drop_column("fulfilled_at")
