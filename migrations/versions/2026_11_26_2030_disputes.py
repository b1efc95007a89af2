"""Keep what buyers' banks dispute, and what of each part is held by it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2030_disputes"
down_revision = "2026_11_26_2020_pay_pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *("open", "answered", "won", "lost"),
                name="disputestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_disputes_something")),
        sa.CheckConstraint(
            "(state IN ('won', 'lost')) = (decided_at IS NOT NULL)",
            name=op.f("ck_disputes_decided_at_some"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_disputes_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payment_attempts.id"],
            name=op.f("fk_disputes_attempt_id_payment_attempts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_disputes_provider_id")),
    )
    op.create_index("ix_disputes_attempt_id", "disputes", ["attempt_id"])
    op.create_index("ix_disputes_state", "disputes", ["state"])
    op.create_table(
        "dispute_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_dispute_parts_something")),
        sa.CheckConstraint(
            "fee_cents BETWEEN 0 AND amount_cents", name=op.f("ck_dispute_parts_fee_within")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_parts_dispute_id_disputes")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["payment_attempt_parts.id"],
            name=op.f("fk_dispute_parts_part_id_payment_attempt_parts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_parts")),
        sa.UniqueConstraint(
            "dispute_id", "part_id", name=op.f("uq_dispute_parts_dispute_id_part_id")
        ),
    )
    op.create_index("ix_dispute_parts_part_id", "dispute_parts", ["part_id"])


def downgrade() -> None:
    op.drop_table("dispute_parts")
    op.drop_table("disputes")
