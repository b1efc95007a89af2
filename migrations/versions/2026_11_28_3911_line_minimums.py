"""Keep on each line what the law called its product, and what one weighed, when it was sold."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_3911_line_minimums"
down_revision = "2026_11_28_3910_payment_fees"
branch_labels = None
depends_on = None

TABLE = "order_lines"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("unit_grams", sa.Integer(), nullable=True))
    op.add_column(TABLE, sa.Column("law_subject", sa.String(), nullable=True))
    op.add_column(TABLE, sa.Column("law_region", sa.String(), nullable=True))


def downgrade() -> None:
    """Let a tie that was taken back be none again."""
    for column in ("law_region", "law_subject", "unit_grams"):
        op.drop_column(TABLE, column)
    op.execute("DELETE FROM minimum_ties WHERE subject = ''")
