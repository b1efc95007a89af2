"""Keep complaints: what was told, each step, what both sides wrote, files."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0550_complaints"
down_revision = "2026_11_27_0530_published_months"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MATTERS = ("price", "child_labour", "not_as_said", "treatment", "public_money", "other")
STAGES = ("received", "in_analysis", "answered", "closed")
REFUSED = "BEGIN SELECT RAISE(ABORT, 'complaint_turns is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER complaint_turns_append_only BEFORE UPDATE ON complaint_turns {REFUSED}",
        f"CREATE TRIGGER complaint_turns_kept_whole BEFORE DELETE ON complaint_turns {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER complaint_turns_append_only BEFORE UPDATE OR DELETE ON complaint_turns"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER complaint_turns_kept_whole BEFORE TRUNCATE ON complaint_turns"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
TURNS = ("received", "taken_up", "handed_over", "named", "answered", "written_to", "closed")


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        _enum("matter", *MATTERS),
        _enum("stage", *STAGES),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("emptied_at", INSTANT, nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(stage = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_complaints_closed_when")
        ),
        _to("complaints", "division_id", "divisions"),
        _to("complaints", "enterprise_id", "enterprises"),
        _to("complaints", "assigned_to_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_complaints_code_hash")),
    )
    op.create_index("ix_complaints_enterprise_id", "complaints", ["enterprise_id"])
    columns = ["division_id", "stage", "due_on"]
    op.create_index("ix_complaints_division_id_stage_due_on", "complaints", columns)
    _part(
        "complaint_turns",
        _enum("kind", *TURNS, name="turn"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=True),
        _to("complaint_turns", "by_id", "users"),
        _to("complaint_turns", "to_id", "users"),
    )
    _part(
        "complaint_messages",
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _to("complaint_messages", "by_id", "users"),
    )
    _part(
        "complaint_files",
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("complaint_files", "complaint_messages", "complaint_turns", "complaints"):
        op.drop_table(table)


def _part(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        *columns,
        _to(table, "complaint_id", "complaints"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_complaint_id", table, ["complaint_id"])


def _enum(column: str, *values: str, name: str = "") -> sa.Column[str]:
    kind = sa.Enum(*values, name=name or column, native_enum=False, length=32)
    return sa.Column(column, kind, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
