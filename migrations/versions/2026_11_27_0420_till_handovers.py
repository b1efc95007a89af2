"""Keep which reservations tills handed over; what is to be settled may be of one of them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0420_till_handovers"
down_revision = "2026_11_27_0415_fair_offers"
branch_labels = None
depends_on = None

METHODS = ("cash", "own_pix", "card", "pix", "boleto", "machine", "mixed")
CAME = ("given", "again", "over", "unpaid")
INSTANT = sa.DateTime(timezone=True)
ONE = "came = 'given'"


def upgrade() -> None:
    _add_handovers()
    with op.batch_alter_table("till_matters") as matters:
        matters.alter_column("sale_id", existing_type=sa.Integer(), nullable=True)
        matters.add_column(sa.Column("handover_id", sa.Integer()))
        matters.create_foreign_key(
            op.f("fk_till_matters_handover_id_till_handovers"),
            *("till_handovers", ["handover_id"], ["id"]),
        )
        matters.create_check_constraint(
            op.f("ck_till_matters_of_one_thing"), "(sale_id IS NULL) <> (handover_id IS NULL)"
        )
    op.create_index("ix_till_matters_handover_id", "till_matters", ["handover_id"])


def _add_handovers() -> None:
    op.create_table(
        "till_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("method", sa.Enum(*METHODS, name="method", native_enum=False, length=32)),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.Enum(*CAME, name="came", native_enum=False, length=32)),
        sa.Column("sale_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("paid_cents >= 0", name=op.f("ck_till_handovers_not_negative")),
        sa.CheckConstraint(
            "(method IS NULL) = (paid_cents = 0)", name=op.f("ck_till_handovers_paid_in_a_way")
        ),
        sa.CheckConstraint(
            "came IS NULL OR came <> 'given' OR sale_id IS NULL",
            name=op.f("ck_till_handovers_one_sale"),
        ),
        _to("till_id", "tills"),
        _to("order_id", "orders"),
        _to("sale_id", "till_sales"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_handovers")),
        sa.UniqueConstraint("code", name=op.f("uq_till_handovers_code")),
        sa.UniqueConstraint("sale_id", name=op.f("uq_till_handovers_sale_id")),
    )
    for column in ("till_id", "order_id"):
        op.create_index(f"ix_till_handovers_{column}", "till_handovers", [column])
    where = {"sqlite_where": sa.text(ONE), "postgresql_where": sa.text(ONE)}
    op.create_index("uq_till_handovers_given", "till_handovers", ["order_id"], unique=True, **where)


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_till_handovers_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    """Go back only while nothing is to be settled of a hand-over: an older version reads none."""
    op.drop_index("ix_till_matters_handover_id", "till_matters")
    with op.batch_alter_table("till_matters") as matters:
        matters.drop_constraint(op.f("ck_till_matters_of_one_thing"), type_="check")
        matters.drop_constraint(
            op.f("fk_till_matters_handover_id_till_handovers"), type_="foreignkey"
        )
        matters.drop_column("handover_id")
        matters.alter_column("sale_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("till_handovers")
