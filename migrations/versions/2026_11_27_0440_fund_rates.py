"""Keep the funds of Divisions and their rates, and what each fund gets of each part."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0440_fund_rates"
down_revision = "2026_11_27_0430_remarks"
branch_labels = None
depends_on = None

PARTS = "payment_attempt_parts"
HOLDING = (PARTS, "refunds", "dispute_parts")
WITHIN = "fund_cents BETWEEN 0 AND amount_cents - fee_cents"
KNOWN = "fund_cents = 0 OR fund_id IS NOT NULL"
INSTANT = sa.DateTime(timezone=True)
REFUSED = "BEGIN SELECT RAISE(ABORT, 'fund_rates is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER fund_rates_append_only BEFORE UPDATE ON fund_rates {REFUSED}",
        f"CREATE TRIGGER fund_rates_kept_whole BEFORE DELETE ON fund_rates {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER fund_rates_append_only BEFORE UPDATE OR DELETE ON fund_rates"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER fund_rates_kept_whole BEFORE TRUNCATE ON fund_rates"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "funds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        _to("funds", "division_id", "divisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
        sa.UniqueConstraint("division_id", name=op.f("uq_funds_division_id")),
    )
    op.create_table(
        "fund_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("ck_fund_rates_part_of_a_whole")),
        _to("fund_rates", "fund_id", "funds"),
        _to("fund_rates", "decided_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_rates")),
    )
    op.create_index("ix_fund_rates_fund_id_valid_from", "fund_rates", ["fund_id", "valid_from"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    for table in HOLDING:
        with op.batch_alter_table(table) as rows:
            rows.add_column(
                sa.Column("fund_cents", sa.BigInteger(), nullable=False, server_default="0")
            )
            rows.create_check_constraint(op.f(f"ck_{table}_fund_within"), WITHIN)
            if table == PARTS:
                rows.add_column(sa.Column("fund_id", sa.Integer(), nullable=True))
                rows.create_check_constraint(op.f(f"ck_{table}_fund_is_known"), KNOWN)
                rows.create_foreign_key(f"fk_{table}_fund_id_funds", "funds", ["fund_id"], ["id"])


def downgrade() -> None:
    for table in HOLDING:
        with op.batch_alter_table(table) as rows:
            if table == PARTS:
                rows.drop_constraint(f"fk_{table}_fund_id_funds", type_="foreignkey")
                rows.drop_constraint(op.f(f"ck_{table}_fund_is_known"), type_="check")
                rows.drop_column("fund_id")
            rows.drop_constraint(op.f(f"ck_{table}_fund_within"), type_="check")
            rows.drop_column("fund_cents")
    op.drop_table("fund_rates")
    op.drop_table("funds")


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}")
    )
