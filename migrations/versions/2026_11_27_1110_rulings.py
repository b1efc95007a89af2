"""Keep the commission of fair trade, what it decided, appeals and reminders."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_1110_rulings"
down_revision = "2026_11_27_1100_group_visits"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
GUARDED = (
    "ruling_terms",
    "rulings",
    "ruling_votes",
    "ruling_principles",
    "ruling_appeals",
    "ruling_reminders",
)
HOLDS = "(outcome IN ('granted', 'with_conditions')) = (valid_until IS NOT NULL)"


def upgrade() -> None:
    _commission()
    _rulings("rulings")
    _parts()
    _appeals()
    for table in GUARDED:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _commission() -> None:
    table = "commission_members"
    op.create_table(
        table,
        *_whole("id", "division_id", "user_id"),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        *_to(table, division_id="divisions", user_id="users", named_by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "division_id", "user_id")
    table = "ruling_terms"
    op.create_table(
        table,
        *_whole("id", "division_id", "months"),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_to(table, division_id="divisions", by_id="users"),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name=op.f(f"ck_{table}_months_of_a_term")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "division_id")


def _rulings(table: str) -> None:
    outcomes = ("granted", "with_conditions", "not_granted", "suspended")
    op.create_table(
        table,
        *_whole("id", "enterprise_id", "assessment_id"),
        sa.Column("outcome", _enum(*outcomes, name="outcome"), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_to(table, enterprise_id="enterprises", assessment_id="assessments"),
        *_to(table, answers_id=table, by_id="users"),
        sa.CheckConstraint(HOLDS, name=op.f(f"ck_{table}_what_holds_has_an_end")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("answers_id", name=op.f(f"uq_{table}_answers_id")),
    )
    _index(table, "enterprise_id", "assessment_id")


def _parts() -> None:
    ties = ("none", "family", "competitor", "other")
    table = "ruling_votes"
    op.create_table(
        table,
        *_whole("id", "ruling_id", "member_id"),
        sa.Column("tie", _enum(*ties, name="tie"), nullable=False),
        *_to(table, ruling_id="rulings", member_id="commission_members"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _one(table, "ruling_id", "member_id"),
    )
    table = "ruling_principles"
    op.create_table(
        table,
        *_whole("id", "ruling_id", "criterion_id"),
        *_to(table, ruling_id="rulings", criterion_id="criteria"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _one(table, "ruling_id", "criterion_id"),
    )
    _index(table, "criterion_id")
    table = "ruling_reminders"
    op.create_table(
        table,
        *_whole("id", "ruling_id", "days"),
        sa.Column("sent_at", INSTANT, nullable=False),
        *_to(table, ruling_id="rulings"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _one(table, "ruling_id", "days"),
    )


def _appeals() -> None:
    table = "ruling_appeals"
    op.create_table(
        table,
        *_whole("id", "ruling_id", "assessment_id"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_to(table, ruling_id="rulings", assessment_id="assessments", by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _one(table, "ruling_id"),
    )


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _one(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _to(table: str, **others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in others.items()
    ]


def downgrade() -> None:
    for table in (*reversed(GUARDED), "commission_members"):
        op.drop_table(table)
