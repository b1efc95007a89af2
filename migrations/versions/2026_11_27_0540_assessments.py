"""Keep the criteria of fair trade, and what groups say of themselves by them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0540_assessments"
down_revision = "2026_11_27_0460_till_cashiers"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
GUARDED = ("criteria_sets", "criteria", "assessment_moves")
REFUSED = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
SQLITE = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} " + REFUSED,
    "CREATE TRIGGER {table}_kept_whole BEFORE DELETE ON {table} " + REFUSED,
)
POSTGRESQL = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()",
)
STATES, MOVES = ("draft", "sent"), ("sent", "returned")
SAID = ("yes", "partly", "not_yet", "not_applicable")


def upgrade() -> None:
    _criteria()
    _assessments()
    _answers()
    _evidence()
    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for table in GUARDED:
        for statement in guards:
            op.execute(statement.format(table=table))


def _criteria() -> None:
    op.create_table(
        "criteria_sets",
        _id(),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_sets")),
        sa.UniqueConstraint("version", name=op.f("uq_criteria_sets_version")),
    )
    op.create_index("ix_criteria_sets_in_force_on", "criteria_sets", ["in_force_on"])
    op.create_table(
        "criteria",
        _id(),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        _to("criteria", "set_id", "criteria_sets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("set_id", "code", name=op.f("uq_criteria_set_id_code")),
    )


def _assessments() -> None:
    op.create_table(
        "assessments",
        _id(),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        _enum("state", STATES, "state"),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=True),
        _to("assessments", "enterprise_id", "enterprises"),
        _to("assessments", "set_id", "criteria_sets"),
        _to("assessments", "begun_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    for column in ("enterprise_id", "state"):
        op.create_index(f"ix_assessments_{column}", "assessments", [column])
    op.create_table(
        "assessment_moves",
        _id(),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        _enum("kind", MOVES, "movekind"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", INSTANT, nullable=False),
        _to("assessment_moves", "assessment_id", "assessments"),
        _to("assessment_moves", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_moves")),
    )
    op.create_index("ix_assessment_moves_assessment_id", "assessment_moves", ["assessment_id"])


def _answers() -> None:
    op.create_table(
        "assessment_answers",
        _id(),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        _enum("said", SAID, "said"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _to("assessment_answers", "assessment_id", "assessments"),
        _to("assessment_answers", "criterion_id", "criteria"),
        _to("assessment_answers", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answers")),
        sa.UniqueConstraint(
            "assessment_id",
            "criterion_id",
            name=op.f("uq_assessment_answers_assessment_id_criterion_id"),
        ),
    )


def _evidence() -> None:
    table = "assessment_evidence"
    op.create_table(
        table,
        _id(),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        _enum("kind", ("document", "reference"), "proof"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "number")),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("check_note", sa.String(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (accepted IS NULL)",
            name=op.f(f"ck_{table}_checked_either_way"),
        ),
        _to(table, "assessment_id", "assessments"),
        _to(table, "criterion_id", "criteria"),
        _to(table, "added_by_id", "users"),
        _to(table, "checked_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_assessment_id", table, ["assessment_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _enum(column: str, values: tuple[str, ...], name: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, length=32)
    return sa.Column(column, kind, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    for table in (
        "assessment_evidence",
        "assessment_answers",
        "assessment_moves",
        "assessments",
        "criteria",
        "criteria_sets",
    ):
        op.drop_table(table)
