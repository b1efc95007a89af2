"""Keep on each device which of several roles was chosen there."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0845_add_acting_role"
down_revision = "2026_11_26_0840_closing_reason"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("acting", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_column("acting")
