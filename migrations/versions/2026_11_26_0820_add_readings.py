"""Keep who read whose data, each page as a row that is never changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0820_add_readings"
down_revision = "2026_11_26_0815_add_consents"
branch_labels = None
depends_on = None

REFUSED = "BEGIN SELECT RAISE(ABORT, 'readings is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER readings_append_only BEFORE UPDATE ON readings {REFUSED}",
        f"CREATE TRIGGER readings_kept_whole BEFORE DELETE ON readings {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER readings_append_only BEFORE UPDATE OR DELETE ON readings"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER readings_kept_whole BEFORE TRUNCATE ON readings"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_person_id"), "readings", ["person_id"])
    op.create_index(op.f("ix_readings_read_at"), "readings", ["read_at"])
    op.create_index("ix_readings_kind_record_id", "readings", ["kind", "record_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_index("ix_readings_kind_record_id", "readings")
    op.drop_index(op.f("ix_readings_read_at"), "readings")
    op.drop_index(op.f("ix_readings_person_id"), "readings")
    op.drop_table("readings")
