"""Keep of a fair how its stalls are laid out."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1000_stall_maps"
down_revision = "2026_11_27_0910_till_returns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fairs", sa.Column("stall_plan", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("fairs") as fairs:
        fairs.drop_column("stall_plan")
