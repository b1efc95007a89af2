"""Keep visits to groups: who went, what they saw by each criterion, photos."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_1100_group_visits"
down_revision = "2026_11_27_0900_till_means"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("assessment_photos", "assessment_findings", "assessment_visitors", "assessment_visits")


def upgrade() -> None:
    _visits("assessment_visits")
    _visitors("assessment_visitors")
    _findings("assessment_findings")
    _photos("assessment_photos")
    for table in reversed(TABLES):
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _visits(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("peer", "staff", name="visitkind"), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("present", sa.String(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=False),
        *_to(table, assessment_id="assessments", corrects_id=table, by_id="users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("corrects_id", name=op.f(f"uq_{table}_corrects_id")),
    )
    op.create_index(op.f(f"ix_{table}_assessment_id"), table, ["assessment_id"])


def _visitors(table: str) -> None:
    ties = ("none", "family", "competitor", "other")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("tie", _enum(*ties, name="tie"), nullable=False),
        *_to(table, visit_id="assessment_visits", enterprise_id="enterprises"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_visit_id"), table, ["visit_id"])


def _findings(table: str) -> None:
    seen = ("yes", "partly", "no", "not_seen")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("seen", _enum(*seen, name="seen"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *_to(table, visit_id="assessment_visits", criterion_id="criteria"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "visit_id", "criterion_id", name=op.f(f"uq_{table}_visit_id_criterion_id")
        ),
    )


def _photos(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        *_to(table, visit_id="assessment_visits"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_visit_id"), table, ["visit_id"])


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
    for table in TABLES:
        op.drop_table(table)
