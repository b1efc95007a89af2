"""Keep what a product costs at a fair, where it costs another price there."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1530_fair_prices"
down_revision = "2026_11_27_1520_note_moves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fair_offers") as offers:
        offers.add_column(sa.Column("price_cents", sa.BigInteger(), nullable=True))
        offers.create_check_constraint(op.f("ck_fair_offers_price_positive"), "price_cents > 0")


def downgrade() -> None:
    with op.batch_alter_table("fair_offers") as offers:
        offers.drop_constraint(op.f("ck_fair_offers_price_positive"), type_="check")
        offers.drop_column("price_cents")
