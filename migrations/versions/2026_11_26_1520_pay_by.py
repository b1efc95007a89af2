"""Let an order wait until it is paid online, for a while."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1520_pay_by"
down_revision = "2026_11_26_1225_provider_events"
branch_labels = None
depends_on = None

BEFORE = {"awaiting": "placed", "not_paid": "lapsed"}  # as what was known then


def upgrade() -> None:
    op.add_column("orders", sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for state, before in BEFORE.items():
        told = "INSERT INTO order_events (order_id, kind, acted_as, reason, facts, happened_at)"
        chosen = "SELECT id, :before, 'house', '', '{}', CURRENT_TIMESTAMP FROM orders"
        words = {"state": state, "before": before}
        op.get_bind().execute(sa.text(f"{told} {chosen} WHERE state = :state"), words)
        changed = "UPDATE orders SET state = :before WHERE state = :state"
        op.get_bind().execute(sa.text(changed), words)
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("pay_by")
