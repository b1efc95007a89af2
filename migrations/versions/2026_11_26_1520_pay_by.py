"""Let an order wait until it is paid online, for a while."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1520_pay_by"
down_revision = "2026_11_26_1225_provider_events"
branch_labels = None
depends_on = None

# Of orders that were there before a step down: their term is over, and they are let go unless paid.
TERMS = """UPDATE orders
    SET pay_by = (SELECT placed_at FROM purchases WHERE purchases.id = orders.purchase_id)
    WHERE state IN ('awaiting', 'not_paid')"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True))
    op.execute(TERMS)


def downgrade() -> None:
    """Close Pix and let all be paid or let go first: an older version cannot read what waits."""
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("pay_by")
