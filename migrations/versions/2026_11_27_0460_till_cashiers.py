"""Keep who else sells on a till, by a PIN, and who sold or counted what."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0460_till_cashiers"
down_revision = "2026_11_27_0450_discounts"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("till_sales", "till_handovers")


def upgrade() -> None:
    op.create_table(
        "till_cashiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("pin_salt", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        _to("till_id", "tills"),
        _to("user_id", "users"),
        _to("added_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_cashiers")),
        sa.UniqueConstraint("till_id", "user_id", name=op.f("uq_till_cashiers_till_id_user_id")),
    )
    op.create_index("ix_till_cashiers_user_id", "till_cashiers", ["user_id"])
    for table in TABLES:
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("cashier_id", sa.Integer()))
            changed.create_foreign_key(
                op.f(f"fk_{table}_cashier_id_users"), "users", ["cashier_id"], ["id"]
            )
    op.add_column("till_counts", sa.Column("cashier_id", sa.Integer()))


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_till_cashiers_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_column("till_counts", "cashier_id")
    for table in TABLES:
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"fk_{table}_cashier_id_users"), type_="foreignkey")
            changed.drop_column("cashier_id")
    op.drop_table("till_cashiers")
