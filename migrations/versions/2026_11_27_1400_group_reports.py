"""Let an issued report be about one enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1400_group_reports"
down_revision = "2026_11_27_1350_ruling_keys"
branch_labels = None
depends_on = None

TABLE, COLUMN = "issued_reports", "enterprise_id"
FOREIGN = "fk_issued_reports_enterprise_id_enterprises"
REFUSED = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
GUARDS = (
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE ON {TABLE} {REFUSED}",
    f"CREATE TRIGGER {TABLE}_kept_whole BEFORE DELETE ON {TABLE} {REFUSED}",
)


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as reports:
        reports.add_column(sa.Column(COLUMN, sa.Integer(), nullable=True))
        reports.add_column(
            sa.Column("enterprise_name", sa.String(), nullable=False, server_default="")
        )
        reports.create_foreign_key(op.f(FOREIGN), "enterprises", [COLUMN], ["id"])
        reports.create_index(op.f(f"ix_{TABLE}_{COLUMN}"), [COLUMN])
    _guard_again()


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as reports:
        reports.drop_index(op.f(f"ix_{TABLE}_{COLUMN}"))
        reports.drop_constraint(op.f(FOREIGN), type_="foreignkey")
        reports.drop_column(COLUMN)
        reports.drop_column("enterprise_name")
    _guard_again()


def _guard_again() -> None:
    """Put back what keeps rows as they are: SQLite copies the table, and its triggers go."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in GUARDS:
            op.execute(statement)
