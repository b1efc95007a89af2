"""Keep the key of the form by which a ruling or a visit was written down."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1350_ruling_keys"
down_revision = "2026_11_27_1530_fair_prices"
branch_labels = None
depends_on = None

TABLES = ("rulings", "assessment_visits")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("key", sa.String(), nullable=True))
        op.create_index(f"ix_{table}_key", table, ["assessment_id", "key"], unique=True)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_key", table)
        op.drop_column(table, "key")
