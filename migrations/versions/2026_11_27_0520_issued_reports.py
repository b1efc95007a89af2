"""Keep the reports that were issued, with their files."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0520_issued_reports"
down_revision = "2026_11_27_0550_complaints"
branch_labels = None
depends_on = None

REPORTS, FILES = "issued_reports", "issued_files"
REPORT_KINDS = ("monthly", "quarterly", "annual")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        REPORTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("reportkind", REPORT_KINDS), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("last_fact_id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_issued_reports_numbered_from_one")),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_issued_reports_period_runs_forward")
        ),
        sa.CheckConstraint(
            "follows_id IS NULL OR reason <> ''", name=op.f("ck_issued_reports_another_says_why")
        ),
        _to(REPORTS, "division_id", "divisions"),
        _to(REPORTS, "follows_id", REPORTS),
        _to(REPORTS, "issued_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_reports")),
        sa.UniqueConstraint(
            *("division_id", "year", "number"),
            name=op.f("uq_issued_reports_division_id_year_number"),
        ),
        sa.UniqueConstraint("follows_id", name=op.f("uq_issued_reports_follows_id")),
    )
    op.create_table(
        FILES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("filekind", ("pdf", "xlsx", "csv")), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _to(FILES, "report_id", REPORTS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_files")),
        sa.UniqueConstraint("report_id", "kind", name=op.f("uq_issued_files_report_id_kind")),
    )
    for table in (REPORTS, FILES):
        for statement in GUARDS[op.get_bind().dialect.name]:
            op.execute(statement.format(table=table))


def downgrade() -> None:
    op.drop_table(FILES)
    op.drop_table(REPORTS)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}")
    )


REFUSED = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} " + REFUSED,
        "CREATE TRIGGER {table}_kept_whole BEFORE DELETE ON {table} " + REFUSED,
    ),
    "postgresql": (
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
