"""Say of a reversal that a lost dispute is why it was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0430_lost_reversals"
down_revision = "2026_11_27_0430_till_counts"
branch_labels = None
depends_on = None

TABLE, INDEX = "transfer_reversals", "ix_transfer_reversals_dispute_id"
KEY = "fk_transfer_reversals_dispute_id_disputes"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as reversals:
        reversals.add_column(sa.Column("dispute_id", sa.Integer(), nullable=True))
        reversals.create_foreign_key(KEY, "disputes", ["dispute_id"], ["id"])
    op.create_index(INDEX, TABLE, ["dispute_id"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    with op.batch_alter_table(TABLE) as reversals:
        reversals.drop_constraint(KEY, type_="foreignkey")
        reversals.drop_column("dispute_id")
