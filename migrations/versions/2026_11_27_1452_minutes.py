"""Keep minutes with each of their versions."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_1452_minutes"
down_revision = "2026_11_27_1451_council"
branch_labels = None
depends_on = None

BODIES = ("assembly", "council", "commission", "forum", "working_group")
VERSIONS = "minutes_versions"


def upgrade() -> None:
    op.create_table(
        "minutes",
        *_whole("id", "division_id"),
        _enum("body", *BODIES),
        sa.Column("held_on", sa.Date(), nullable=False),
        *_texts("number", "subject", "summary", "folded"),
        *_whole("by_id"),
        _to("minutes", "division_id", "divisions"),
        _to("minutes", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint(
            *("division_id", "body", "held_on", "number"),
            name=op.f("uq_minutes_division_id_body_held_on_number"),
        ),
    )
    op.create_index("ix_minutes_held_on_id", "minutes", ["held_on", "id"])
    op.create_table(
        VERSIONS,
        *_whole("id", "minutes_id", "number"),
        *_texts("subject", "summary", "file", "reason"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        *_whole("by_id"),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{VERSIONS}_numbered_from_one")),
        sa.CheckConstraint(
            "number = 1 OR reason <> ''", name=op.f(f"ck_{VERSIONS}_correction_says_why")
        ),
        _to(VERSIONS, "minutes_id", "minutes"),
        _to(VERSIONS, "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VERSIONS}")),
        sa.UniqueConstraint("minutes_id", "number", name=op.f(f"uq_{VERSIONS}_minutes_id_number")),
    )
    for statement in statements(VERSIONS, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(VERSIONS)
    op.drop_table("minutes")


def _whole(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _enum(column: str, *values: str) -> sa.Column:
    kind = sa.Enum(*values, name=column, native_enum=False, length=32)
    return sa.Column(column, kind, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
