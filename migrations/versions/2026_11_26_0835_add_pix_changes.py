"""Let a changed Pix key wait, and keep each decision about it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0835_add_pix_changes"
down_revision = "2026_11_26_0830_add_ledger"
branch_labels = None
depends_on = None
STEP = sa.Enum("asked", "cancelled", name="pixstep", native_enum=False, length=32)
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER pix_decisions_append_only BEFORE UPDATE ON pix_decisions"
        " BEGIN SELECT RAISE(ABORT, 'pix_decisions is append-only'); END",
        "CREATE TRIGGER pix_decisions_kept_whole BEFORE DELETE ON pix_decisions"
        " BEGIN SELECT RAISE(ABORT, 'pix_decisions is append-only'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER pix_decisions_append_only BEFORE UPDATE OR DELETE ON pix_decisions"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER pix_decisions_kept_whole BEFORE TRUNCATE ON pix_decisions"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
NEXT = {
    "pix_next_key": sa.String(),
    "pix_next_kind": sa.String(),
    "pix_next_holder": sa.String(),
    "pix_next_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    for name, kind in NEXT.items():
        op.add_column("enterprises", sa.Column(name, kind, nullable=True))
    op.create_table(
        "pix_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("step", STEP, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("key_kind", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_pix_decisions_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_pix_decisions_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pix_decisions")),
    )
    op.create_index(op.f("ix_pix_decisions_enterprise_id"), "pix_decisions", ["enterprise_id"])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_pix_decisions_enterprise_id"), "pix_decisions")
    op.drop_table("pix_decisions")
    with op.batch_alter_table("enterprises", schema=None) as batch_op:
        for name in reversed(NEXT):
            batch_op.drop_column(name)
