"""Keep how many pieces of an order's line are held and do not exist."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1560_missing"
down_revision = "2026_11_27_1410_schedules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("order_lines") as lines:
        lines.add_column(sa.Column("missing", sa.Integer(), server_default="0", nullable=False))
        lines.create_check_constraint(
            op.f("ck_order_lines_missing_range"), "missing BETWEEN 0 AND ordered"
        )


def downgrade() -> None:
    with op.batch_alter_table("order_lines") as lines:
        lines.drop_constraint(op.f("ck_order_lines_missing_range"), type_="check")
        lines.drop_column("missing")
