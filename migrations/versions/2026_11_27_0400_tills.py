"""Keep tills, what they sold, and what of it is to be settled; an item need be no product."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0400_tills"
down_revision = "2026_11_27_0020_boleto_payers"
branch_labels = None
depends_on = None

METHODS = ("cash", "own_pix", "card", "pix", "boleto", "machine", "mixed")
KINDS = ("price", "stock", "seller", "pix", "revoked")
OUTCOMES = ("looked_at", "arrived", "not_arrived", "voided")
WAS_HELD = "released_at IS NULL AND method NOT IN ('cash', 'own_pix')"
HELD = "released_at IS NULL AND method NOT IN ('cash', 'own_pix', 'machine', 'mixed')"
INSTANT = sa.DateTime(timezone=True)
REFUSED = "BEGIN SELECT RAISE(ABORT, 'till_voids is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER till_voids_append_only BEFORE UPDATE ON till_voids {REFUSED}",
        f"CREATE TRIGGER till_voids_kept_whole BEFORE DELETE ON till_voids {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER till_voids_append_only BEFORE UPDATE OR DELETE ON till_voids"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER till_voids_kept_whole BEFORE TRUNCATE ON till_voids"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    with op.batch_alter_table("order_lines") as lines:
        lines.alter_column("product_id", existing_type=sa.Integer(), nullable=True)
    _index_held(HELD)
    op.create_table(
        "tenders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column(
            "method", sa.Enum(*METHODS, name="method", native_enum=False, length=32), nullable=False
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_tenders_something")),
        _to("tenders", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenders")),
        sa.UniqueConstraint("order_id", "method", name=op.f("uq_tenders_order_id_method")),
    )
    _add_tills()
    _add_sales()
    _add_voids()
    _add_matters()


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


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


def _add_tills() -> None:
    op.create_table(
        "tills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.Column("bound_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        _to("tills", "fair_id", "fairs"),
        _to("tills", "collection_id", "collections"),
        _to("tills", "enterprise_id", "enterprises"),
        *(_to("tills", name, "users") for name in ("user_id", "bound_by_id", "revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tills")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tills_token_hash")),
    )
    for column in ("fair_id", "collection_id", "enterprise_id", "user_id"):
        op.create_index(f"ix_tills_{column}", "tills", [column])


def _add_sales() -> None:
    op.create_table(
        "till_sales",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_till_sales_something")),
        _to("till_sales", "till_id", "tills"),
        _to("till_sales", "purchase_id", "purchases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_sales")),
        sa.UniqueConstraint("code", name=op.f("uq_till_sales_code")),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_till_sales_purchase_id")),
    )
    op.create_index("ix_till_sales_received_at", "till_sales", ["received_at"])
    op.create_index("ix_till_sales_till_sequence", "till_sales", ["till_id", "sequence"])


def _add_voids() -> None:
    op.create_table(
        "till_voids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        _to("till_voids", "till_id", "tills"),
        _to("till_voids", "sale_id", "till_sales"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_voids")),
        sa.UniqueConstraint("code", name=op.f("uq_till_voids_code")),
        sa.UniqueConstraint("sale_id", name=op.f("uq_till_voids_sale_id")),
    )
    op.create_index("ix_till_voids_till_id", "till_voids", ["till_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def _add_matters() -> None:
    op.create_table(
        "till_matters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="matterkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("tender_id", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("sold_cents", sa.BigInteger(), nullable=False),
        sa.Column("listed_cents", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Enum(*OUTCOMES, name="outcome", native_enum=False, length=32)),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_till_matters_settled_with_an_outcome"),
        ),
        sa.CheckConstraint(
            "kind <> 'stock' OR pieces > 0", name=op.f("ck_till_matters_pieces_are_named")
        ),
        _to("till_matters", "sale_id", "till_sales"),
        _to("till_matters", "enterprise_id", "enterprises"),
        _to("till_matters", "line_id", "order_lines"),
        _to("till_matters", "tender_id", "tenders"),
        _to("till_matters", "settled_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_matters")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_till_matters_tender_id")),
    )
    for column in ("sale_id", "enterprise_id", "line_id"):
        op.create_index(f"ix_till_matters_{column}", "till_matters", [column])


def downgrade() -> None:
    """Go back only before the first sale at a till: an older version cannot read any.

    Items without a product stay possible: it makes none.
    """
    for table in ("till_matters", "till_voids", "till_sales", "tills", "tenders"):
        op.drop_table(table)
    _index_held(WAS_HELD)
