"""Keep what came back to tills, and which lines of sale it was of."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_0910_till_returns"
down_revision = "2026_11_27_1110_rulings"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ONE = "(CASE WHEN {} IS NULL THEN 0 ELSE 1 END)"
WAS = {
    "till_matters": "(sale_id IS NULL) <> (handover_id IS NULL)",
    "desk_parts": " + ".join(map(ONE.format, ("sale_id", "void_id", "handover_id"))) + " = 1",
}
OF_ONE = {
    "till_matters": ("sale_id", "handover_id", "return_id"),
    "desk_parts": ("sale_id", "void_id", "handover_id", "return_id"),
}


def upgrade() -> None:
    _add_returns()
    _add_lines()
    _add_pieces()
    for table, columns in OF_ONE.items():
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("return_id", sa.Integer()))
            changed.create_foreign_key(
                op.f(f"fk_{table}_return_id_till_returns"), "till_returns", ["return_id"], ["id"]
            )
            changed.drop_constraint(op.f(f"ck_{table}_of_one_thing"), type_="check")
            one = " + ".join(map(ONE.format, columns)) + " = 1"
            changed.create_check_constraint(op.f(f"ck_{table}_of_one_thing"), one)
    with op.batch_alter_table("desk_parts") as changed:
        changed.create_unique_constraint(op.f("uq_desk_parts_return_id"), ["return_id"])
    op.create_index("ix_till_matters_return_id", "till_matters", ["return_id"])


def downgrade() -> None:
    op.drop_index("ix_till_matters_return_id", "till_matters")
    with op.batch_alter_table("desk_parts") as changed:
        changed.drop_constraint(op.f("uq_desk_parts_return_id"), type_="unique")
    for table, was in WAS.items():
        op.execute(f"DELETE FROM {table} WHERE return_id IS NOT NULL")  # noqa: S608
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"ck_{table}_of_one_thing"), type_="check")
            changed.create_check_constraint(op.f(f"ck_{table}_of_one_thing"), was)
            changed.drop_constraint(op.f(f"fk_{table}_return_id_till_returns"), type_="foreignkey")
            changed.drop_column("return_id")
    for table in ("returned_pieces", "till_return_lines", "till_returns"):
        op.drop_table(table)


def _add_returns() -> None:
    op.create_table(
        "till_returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told_at", INSTANT),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("cashier_id", sa.Integer()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("sale_code", sa.String(), nullable=False),
        sa.Column("receipt_till", sa.Integer()),
        sa.Column("receipt_sequence", sa.Integer()),
        sa.Column("exchange_code", sa.String(), nullable=False),
        sa.Column("sale_id", sa.Integer()),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_till_returns_something")),
        _to("till_returns", "till_id", "tills"),
        _to("till_returns", "cashier_id", "users"),
        _to("till_returns", "sale_id", "till_sales"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_returns")),
        sa.UniqueConstraint("code", name=op.f("uq_till_returns_code")),
    )
    op.create_index("ix_till_returns_till_id", "till_returns", ["till_id"])
    op.create_index("ix_till_returns_sale_id", "till_returns", ["sale_id"])


def _add_lines() -> None:
    op.create_table(
        "till_return_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("kept_out", sa.Boolean(), nullable=False),
        sa.Column("fitting", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_till_return_lines_something")),
        sa.CheckConstraint(
            "fitting BETWEEN 0 AND quantity", name=op.f("ck_till_return_lines_fitting_of_these")
        ),
        _to("till_return_lines", "return_id", "till_returns"),
        _to("till_return_lines", "enterprise_id", "enterprises"),
        _to("till_return_lines", "product_id", "products"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_return_lines")),
    )
    op.create_index("ix_till_return_lines_return_id", "till_return_lines", ["return_id"])


def _add_pieces() -> None:
    op.create_table(
        "returned_pieces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("direct_cents", sa.BigInteger(), nullable=False),
        sa.Column("kept_out", sa.Boolean(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("returned_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_returned_pieces_something")),
        sa.CheckConstraint(
            "direct_cents BETWEEN 0 AND amount_cents", name=op.f("ck_returned_pieces_of_the_amount")
        ),
        _to("returned_pieces", "order_line_id", "order_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_pieces")),
    )
    op.create_index("ix_returned_pieces_subject", "returned_pieces", ["subject"])
    op.create_index("ix_returned_pieces_order_line_id", "returned_pieces", ["order_line_id"])
    for statement in statements("returned_pieces", op.get_bind().dialect.name):
        op.execute(statement)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
