"""Keep when the audit was verified, and what came out."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_27_1450_audit_checks"
down_revision = "2026_11_27_1200_declared_totals"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLE = "audit_checks"


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "first", "last")),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("first BETWEEN 1 AND last", name=op.f("ck_audit_checks_runs_forward")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_audit_checks_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
