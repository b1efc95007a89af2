"""Know the page on which the provider takes a card."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2020_pay_pages"
down_revision = "2026_11_26_2010_identify"
branch_labels = None
depends_on = None

TABLE, INDEX = "payment_attempts", "ix_payment_attempts_page_id"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("page_id", sa.String(), nullable=True))
    op.add_column(TABLE, sa.Column("page_url", sa.Text(), nullable=False, server_default=""))
    op.create_index(INDEX, TABLE, ["page_id"], unique=True)


def downgrade() -> None:
    """Close cards and let all be paid or let go first: an older version cannot end what waits."""
    op.drop_index(INDEX, TABLE)
    op.drop_column(TABLE, "page_url")
    op.drop_column(TABLE, "page_id")
