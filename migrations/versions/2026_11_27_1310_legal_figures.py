"""Keep figures of laws by date, and who read them in the act."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1310_legal_figures"
down_revision = "2026_11_27_1300_sales_exports"
branch_labels = None
depends_on = None

TABLE = "legal_checks"
REFUSED = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE ON {TABLE} {REFUSED}",
        f"CREATE TRIGGER {TABLE}_kept_whole BEFORE DELETE ON {TABLE} {REFUSED}",
    ),
    "postgresql": (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {TABLE}_kept_whole BEFORE TRUNCATE ON {TABLE}"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
KIND = sa.Enum(
    "wage", "minimum_price", "tax_ceiling", name="legalkind", native_enum=False, length=32
)
UNIQUE = ["kind", "subject", "region", "valid_from", "amount_cents"]


def upgrade() -> None:
    op.create_table(
        "legal_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_legal_figures_positive")),
        sa.CheckConstraint("act <> ''", name=op.f("ck_legal_figures_names_its_act")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_figures")),
        sa.UniqueConstraint(*UNIQUE, name=op.f(f"uq_legal_figures_{'_'.join(UNIQUE)}")),
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("place <> ''", name=op.f("ck_legal_checks_says_where")),
        sa.ForeignKeyConstraint(
            ["figure_id"],
            ["legal_figures.id"],
            name=op.f("fk_legal_checks_figure_id_legal_figures"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_legal_checks_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_checks")),
    )
    op.create_index(op.f("ix_legal_checks_figure_id"), TABLE, ["figure_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_table("legal_figures")
