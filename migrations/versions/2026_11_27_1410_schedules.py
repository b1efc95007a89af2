"""Keep which reports are sent by themselves, and what came of it for each period."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1410_schedules"
down_revision = "2026_11_27_1400_group_reports"
branch_labels = None
depends_on = None

SCHEDULES, SENDINGS = "report_schedules", "report_sendings"
INSTANT = sa.DateTime(timezone=True)
REFUSED = f"BEGIN SELECT RAISE(ABORT, '{SENDINGS} is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER {SENDINGS}_append_only BEFORE UPDATE ON {SENDINGS} {REFUSED}",
        f"CREATE TRIGGER {SENDINGS}_kept_whole BEFORE DELETE ON {SENDINGS} {REFUSED}",
    ),
    "postgresql": (
        f"CREATE TRIGGER {SENDINGS}_append_only BEFORE UPDATE OR DELETE ON {SENDINGS}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {SENDINGS}_kept_whole BEFORE TRUNCATE ON {SENDINGS}"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
KINDS = sa.Enum("monthly", "quarterly", "annual", name="reportkind", native_enum=False, length=32)


def upgrade() -> None:
    _schedules()
    _sendings()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(SENDINGS)
    op.drop_table(SCHEDULES)


def _schedules() -> None:
    op.create_table(
        SCHEDULES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("to_all", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.CheckConstraint("day BETWEEN 1 AND 28", name=op.f("ck_report_schedules_day")),
        _to(SCHEDULES, "division_id", "divisions"),
        _to(SCHEDULES, "owner_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
    )
    op.create_index("ix_report_schedules_owner", SCHEDULES, ["division_id", "owner_id"])


def _sendings() -> None:
    op.create_table(
        SENDINGS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("refused", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(report_id IS NULL) = (refused <> '')",
            name=op.f("ck_report_sendings_sent_or_says_why"),
        ),
        _to(SENDINGS, "schedule_id", SCHEDULES),
        _to(SENDINGS, "report_id", "issued_reports"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_sendings")),
        sa.UniqueConstraint(
            "schedule_id", "first_on", name=op.f("uq_report_sendings_schedule_id_first_on")
        ),
    )
    op.create_index(op.f("ix_report_sendings_report_id"), SENDINGS, ["report_id"])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
