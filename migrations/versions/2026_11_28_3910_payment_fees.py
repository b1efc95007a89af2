"""Keep what each way of paying online is reckoned to cost, and since when."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_28_3910_payment_fees"
down_revision = "2026_11_28_1682_bank_returns"
branch_labels = None
depends_on = None

TABLE = "payment_fees"
METHODS = (
    *("cash", "own_pix", "card", "pix", "boleto"),
    *("machine", "social", "barter", "mixed"),
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "method", sa.Enum(*METHODS, name="method", native_enum=False, length=32), nullable=False
        ),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("fixed_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rate >= 0 AND fixed_cents >= 0", name=op.f(f"ck_{TABLE}_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
