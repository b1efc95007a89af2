"""Keep batches of payouts, and each payout with the key at which it was made."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2040_payouts"
down_revision = "2026_11_26_2030_disputes"
branch_labels = None
depends_on = None

BATCHES = ("prepared", "approved", "discarded")
PAYOUTS = ("prepared", "approved", "confirmed", "returned", "left_out")
WAITING = sa.text("state = 'prepared'")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "payout_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*BATCHES, name="batchstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("prepared_at", instant, nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", instant, nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("discarded_at", instant, nullable=True),
        sa.Column("discarded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> prepared_by_id", name=op.f("ck_payout_batches_two_people")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)",
            name=op.f("ck_payout_batches_approved_at_some"),
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name=op.f("fk_payout_batches_division_id_divisions")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_payout_batches_{column}_users")
            )
            for column in ("prepared_by_id", "approved_by_id", "discarded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
    )
    op.create_index("ix_payout_batches_division_id", "payout_batches", ["division_id"])
    op.create_index(
        "uq_payout_batches_prepared",
        "payout_batches",
        ["division_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*PAYOUTS, name="payoutstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("offset_cents", sa.BigInteger(), nullable=False),
        sa.Column("pix_key", sa.String(), nullable=False),
        sa.Column("pix_key_kind", sa.String(), nullable=False),
        sa.Column("pix_holder", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_something")),
        sa.CheckConstraint("offset_cents >= 0", name=op.f("ck_payouts_offset_not_negative")),
        sa.CheckConstraint("state <> 'confirmed' OR proof <> ''", name=op.f("ck_payouts_proven")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batches.id"], name=op.f("fk_payouts_batch_id_payout_batches")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_payouts_enterprise_id_enterprises")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_payouts_ended_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint(
            "batch_id", "enterprise_id", name=op.f("uq_payouts_batch_id_enterprise_id")
        ),
    )
    op.create_index("ix_payouts_enterprise_id", "payouts", ["enterprise_id"])
    op.create_index("ix_payouts_state", "payouts", ["state"])


def downgrade() -> None:
    """Confirm or note as returned what is under way first: an older version knows no payouts.

    What was paid out stays in the books; at which key, and by whom it was decided, is lost.
    """
    op.drop_table("payouts")
    op.drop_table("payout_batches")
