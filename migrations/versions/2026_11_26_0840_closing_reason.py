"""Keep why an account was closed or opened beside it, no longer in the audit."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0840_closing_reason"
down_revision = "2026_11_26_0835_add_pix_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    reason = sa.Column("closing_reason", sa.String(), nullable=False, server_default="")
    op.add_column("users", reason)


def downgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.drop_column("closing_reason")
