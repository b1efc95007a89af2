"""Keep totals that are declared: of years before the system, and of fairs kept on paper."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1200_declared_totals"
down_revision = "2026_11_27_1000_stall_maps"
branch_labels = None
depends_on = None

TABLE = "declared_totals"
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
SURENESS = sa.Enum(
    "documented", "estimated", "remembered", name="sureness", native_enum=False, length=32
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("municipality_code", sa.Integer(), nullable=True),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fair", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("enterprises", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("sureness", SURENESS, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_declared_totals_not_negative")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_declared_totals_year")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_declared_totals_month")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_declared_totals_says_who")),
        sa.CheckConstraint(
            "corrects_id IS NULL OR reason <> ''", name=op.f("ck_declared_totals_says_why")
        ),
        *_keys(),
    )
    op.create_index("ix_declared_totals_year", TABLE, ["division_id", "year"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)


def _keys() -> list[sa.Constraint]:
    others = {
        "division_id": ("divisions", "id"),
        "municipality_code": ("municipalities", "code"),
        "corrects_id": (TABLE, "id"),
        "entered_by_id": ("users", "id"),
    }
    keys = [
        sa.ForeignKeyConstraint(
            [column], [f"{table}.{key}"], name=op.f(f"fk_{TABLE}_{column}_{table}")
        )
        for column, (table, key) in others.items()
    ]
    return [
        *keys,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("corrects_id", name=op.f(f"uq_{TABLE}_corrects_id")),
    ]
