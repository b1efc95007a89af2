"""Keep what indicators are to reach."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_0511_targets"
down_revision = "2026_11_27_0510_sales_by_seller"
branch_labels = None
depends_on = None

TABLE = "indicator_targets"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("hundredths", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("hundredths >= 0", name=op.f(f"ck_{TABLE}_not_negative")),
        sa.CheckConstraint("reason <> ''", name=op.f(f"ck_{TABLE}_says_why")),
        _to("division_id", "divisions"),
        _to("set_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_indicator_targets_year", TABLE, ["division_id", "year"])
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{TABLE}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
