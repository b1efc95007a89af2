"""Keep by what a device is known again, so that its person hears of another one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1220_add_browser_hash"
down_revision = "2026_11_26_1150_online_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("browser_hash", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_column("browser_hash")
