"""Keep which minimum price of the law a product is held against."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_1641_minimums"
down_revision = "2026_11_28_1660_min_spendings"
branch_labels = None
depends_on = None

TABLE = "minimum_ties"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("product_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("subject", "region")),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _to("product_id", "products"),
        _to("by_id", "users"),
        sa.PrimaryKeyConstraint("product_id", name=op.f(f"pk_{TABLE}")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{column}_{other}")
    )
