"""Keep what is set apart for a fair, and out of which pieces each line was taken."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0415_fair_offers"
down_revision = "2026_11_27_0410_closing_lists"
branch_labels = None
depends_on = None

NUMBER = sa.Integer()


def upgrade() -> None:
    op.create_table(
        "fair_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=True),
        sa.Column("only_here", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("left_count >= 0", name=op.f("ck_fair_offers_left_not_negative")),
        sa.CheckConstraint("most_each > 0", name=op.f("ck_fair_offers_most_each_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_fair_offers_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_offers")),
        sa.UniqueConstraint(
            "product_id", "fair_id", name=op.f("uq_fair_offers_product_id_fair_id")
        ),
    )
    op.create_index("ix_fair_offers_fair_id", "fair_offers", ["fair_id"])
    with op.batch_alter_table("stock") as stock:
        stock.add_column(sa.Column("apart_count", NUMBER, nullable=False, server_default="0"))
        stock.create_check_constraint(op.f("ck_stock_apart_not_negative"), "apart_count >= 0")
    op.add_column(
        "stock_movements", sa.Column("apart_change", NUMBER, nullable=False, server_default="0")
    )
    with op.batch_alter_table("order_lines") as lines:
        lines.add_column(sa.Column("offer_id", NUMBER, nullable=True))
        lines.create_foreign_key(
            op.f("fk_order_lines_offer_id_fair_offers"), "fair_offers", ["offer_id"], ["id"]
        )
    op.create_index("ix_order_lines_offer_id", "order_lines", ["offer_id"])


def downgrade() -> None:
    """Put what is apart on sale again, as if it had never been: an older version knows no other."""
    op.execute("UPDATE stock SET left_count = left_count + apart_count")
    op.execute("UPDATE stock_movements SET left_change = left_change + apart_change")
    op.execute(
        "UPDATE stock_movements SET kind = 'counted', reason = kind"
        " WHERE kind IN ('set_apart', 'brought_back')"
    )
    op.drop_index("ix_order_lines_offer_id", "order_lines")
    with op.batch_alter_table("order_lines") as lines:
        lines.drop_constraint(op.f("fk_order_lines_offer_id_fair_offers"), type_="foreignkey")
        lines.drop_column("offer_id")
    op.drop_column("stock_movements", "apart_change")
    with op.batch_alter_table("stock") as stock:
        stock.drop_constraint(op.f("ck_stock_apart_not_negative"), type_="check")
        stock.drop_column("apart_count")
    op.drop_table("fair_offers")
