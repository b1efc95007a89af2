"""Keep potential places of fairs, visits to them and their photos."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_0720_fair_venues"
down_revision = "2026_11_27_0710_fair_series"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KINDS = ("factory", "shopping", "public_office", "school", "community", "other")
TABLES = ("venue_photos", "venue_visits", "fair_venues")


def upgrade() -> None:
    _venues("fair_venues")
    _visits("venue_visits")
    _photos("venue_photos")


def _venues(table: str) -> None:
    whole = "(latitude IS NULL) = (longitude IS NULL)"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "address", "host")),
        sa.Column("host_kind", _enum(*KINDS, name="hostkind"), nullable=True),
        sa.Column("latitude", sa.Integer(), nullable=True),
        sa.Column("longitude", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        *_to(table, division_id="divisions", by_id="users"),
        sa.CheckConstraint(whole, name=op.f(f"ck_{table}_whole_point")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("division_id", "name", name=op.f(f"uq_{table}_division_id_name")),
    )
    op.create_index(op.f(f"ix_{table}_is_demo"), table, ["is_demo"])


def _visits(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("fit", _enum("good", "with_work", "not", name="fit"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=False),
        *_to(table, venue_id="fair_venues", by_id="users"),
        sa.CheckConstraint("words <> ''", name=op.f(f"ck_{table}_says_something")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_venue_id"), table, ["venue_id"])
    for statement in statements(table, op.get_bind().dialect.name):
        op.execute(statement)


def _photos(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        *_to(table, visit_id="venue_visits"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("visit_id", "picture", name=op.f(f"uq_{table}_visit_id_picture")),
    )


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
