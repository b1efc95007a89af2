"""Keep what a till took off a sale, and why."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0450_discounts"
down_revision = "2026_11_27_0440_paper_sheets"
branch_labels = None
depends_on = None

NAME = "ck_till_sales_discount_has_its_reason"


def upgrade() -> None:
    with op.batch_alter_table("till_sales") as sales:
        sales.add_column(
            sa.Column("discount_cents", sa.BigInteger(), nullable=False, server_default="0")
        )
        sales.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        sales.create_check_constraint(op.f(NAME), "(discount_cents > 0) = (reason <> '')")


def downgrade() -> None:
    with op.batch_alter_table("till_sales") as sales:
        sales.drop_constraint(op.f(NAME), type_="check")
        sales.drop_column("reason")
        sales.drop_column("discount_cents")
