"""Keep notes of a social currency and goods given in exchange at tills, and who undid a sale."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0900_till_means"
down_revision = "2026_11_27_0720_fair_venues"
branch_labels = None
depends_on = None

WAS_HELD = "released_at IS NULL AND method NOT IN ('cash', 'own_pix', 'machine', 'mixed')"
HELD = (
    "released_at IS NULL"
    " AND method NOT IN ('cash', 'own_pix', 'machine', 'social', 'barter', 'mixed')"
)
SHARED = ("social_cents", "barter_cents")


def upgrade() -> None:
    bartered = sa.Column("bartered", sa.String(), server_default="", nullable=False)
    op.add_column("till_sales", bartered)
    op.add_column("till_voids", sa.Column("cashier_id", sa.Integer()))
    op.add_column("till_counts", sa.Column("social_cents", sa.BigInteger()))
    for name in SHARED:
        column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column("desk_shares", column)
    _index_held(HELD)


def downgrade() -> None:
    _index_held(WAS_HELD)
    for name in SHARED:
        op.drop_column("desk_shares", name)
    op.drop_column("till_counts", "social_cents")
    op.drop_column("till_voids", "cashier_id")
    op.drop_column("till_sales", "bartered")


def _index_held(where: str) -> None:
    op.drop_index("ix_payments_held", "payments")
    condition = sa.text(where)
    op.create_index(
        "ix_payments_held",
        "payments",
        ["settled_at"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
