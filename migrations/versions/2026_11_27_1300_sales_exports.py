"""Keep what was asked for of every line of sale, and how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1300_sales_exports"
down_revision = "2026_11_27_1450_audit_checks"
branch_labels = None
depends_on = None

STATE = sa.Enum(
    *("waiting", "running", "ready", "failed"),
    name="exportstate",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    op.create_table(
        "sales_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck_sales_exports_period_runs_forward")
        ),
        sa.CheckConstraint("turn > 0", name=op.f("ck_sales_exports_turns_from_one")),
        sa.CheckConstraint("done >= 0 AND lines >= 0", name=op.f("ck_sales_exports_not_negative")),
        sa.CheckConstraint(
            "(state = 'ready') = (size > 0)", name=op.f("ck_sales_exports_ready_with_its_file")
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name=op.f("fk_sales_exports_division_id_divisions")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_sales_exports_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_exports")),
        sa.UniqueConstraint("token", name=op.f("uq_sales_exports_token")),
    )
    op.create_index("ix_sales_exports_owner", "sales_exports", ["owner_id", "id"])
    op.create_index(op.f("ix_sales_exports_asked_at"), "sales_exports", ["asked_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sales_exports_asked_at"), "sales_exports")
    op.drop_index("ix_sales_exports_owner", "sales_exports")
    op.drop_table("sales_exports")
