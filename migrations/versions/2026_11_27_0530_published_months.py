"""Keep what was published of each month's sales."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0530_published_months"
down_revision = "2026_11_27_0540_assessments"
branch_labels = None
depends_on = None

TABLE = "published_months"
REFUSED = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE ON {TABLE} {REFUSED}",
        f"CREATE TRIGGER {TABLE}_kept_whole BEFORE DELETE ON {TABLE} {REFUSED}",
    ),
    "postgresql": (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {TABLE}_kept_whole BEFORE TRUNCATE ON {TABLE}"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["published_months.id"],
            name=op.f("fk_published_months_corrects_id_published_months"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_months")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_published_months_corrects_id")),
    )
    op.create_index(
        "ix_published_months_month",
        TABLE,
        ["month"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_index("ix_published_months_is_demo", TABLE, ["is_demo"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
