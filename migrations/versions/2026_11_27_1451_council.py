"""Keep opinions of the council with their votes, and its questions with their answers."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_1451_council"
down_revision = "2026_11_27_1310_legal_figures"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
GUARDED = ("council_opinions", "council_votes", "council_question_turns")


def upgrade() -> None:
    table = "council_opinions"
    op.create_table(
        table,
        *_whole("id", "report_id"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        *_whole("by_id"),
        *_to(table, report_id="issued_reports", by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_report_id", table, ["report_id"])
    table = "council_votes"
    op.create_table(
        table,
        *_whole("id", "opinion_id"),
        _enum("choice", "for", "against", "abstained"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("voted_at", INSTANT, nullable=False),
        *_whole("by_id"),
        sa.CheckConstraint("reason <> ''", name=op.f(f"ck_{table}_says_why")),
        *_to(table, opinion_id="council_opinions", by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("opinion_id", "by_id", name=op.f(f"uq_{table}_opinion_id_by_id")),
    )
    _questions()
    for guarded in GUARDED:
        for statement in statements(guarded, op.get_bind().dialect.name):
            op.execute(statement)


def _questions() -> None:
    table = "council_questions"
    op.create_table(
        table,
        *_whole("id", "division_id"),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        *_whole("asked_by_id"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("put_off_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        *_to(table, division_id="divisions", report_id="issued_reports", asked_by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_division_id_due_on", table, ["division_id", "due_on"])
    table = "council_question_turns"
    op.create_table(
        table,
        *_whole("id", "question_id"),
        _enum("kind", "asked", "put_off", "answered", name="step"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_whole("by_id"),
        sa.CheckConstraint("words <> ''", name=op.f(f"ck_{table}_has_words")),
        *_to(table, question_id="council_questions", by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("question_id", "kind", name=op.f(f"uq_{table}_question_id_kind")),
    )


def downgrade() -> None:
    for table in ("council_question_turns", "council_questions", "council_votes"):
        op.drop_table(table)
    op.drop_table("council_opinions")


def _whole(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _enum(column: str, *values: str, name: str = "") -> sa.Column:
    kind = sa.Enum(*values, name=name or column, native_enum=False, length=32)
    return sa.Column(column, kind, nullable=False)


def _to(table: str, **others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in others.items()
    ]
