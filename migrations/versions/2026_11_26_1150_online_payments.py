"""Keep payments through the provider: attempts, refunds, and what is said to it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1150_online_payments"
down_revision = "2026_11_26_0845_add_acting_role"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("group_type", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "cash",
                "own_pix",
                "card",
                "pix",
                "boleto",
                name="method",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "open",
                "paid",
                "lapsed",
                "refused",
                "cancelled",
                "odd",
                name="attemptstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("intent_id", sa.String(), nullable=True),
        sa.Column("charge_id", sa.String(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("movement_id", sa.String(), nullable=True),
        sa.Column("provider_fee_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_attempts_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_payment_attempts_intent_id")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_payment_attempts_movement_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_attempts_reference")),
    )
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payment_attempts_group_type_group_id", ["group_type", "group_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_payment_attempts_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_payment_attempts_live",
            ["group_type", "group_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'open')"),
            postgresql_where=sa.text("state IN ('asked', 'open')"),
        )

    op.create_table(
        "provider_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("open", "cancel", "refund", name="callkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "done", "refused", name="callstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_calls")),
        sa.UniqueConstraint("key", name=op.f("uq_provider_calls_key")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_provider_calls_kind_subject_id")),
    )
    op.create_table(
        "payment_attempt_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "fee_cents BETWEEN 0 AND amount_cents", name=op.f("ck_payment_attempt_parts_fee_within")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payment_attempts.id"],
            name=op.f("fk_payment_attempt_parts_attempt_id_payment_attempts"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_payment_attempt_parts_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payments.id"],
            name=op.f("fk_payment_attempt_parts_payment_id_payments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt_parts")),
        sa.UniqueConstraint(
            "attempt_id", "payment_id", name=op.f("uq_payment_attempt_parts_attempt_id_payment_id")
        ),
    )
    with op.batch_alter_table("payment_attempt_parts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_attempt_parts_payment_id"), ["payment_id"], unique=False
        )

    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due", "sent", "done", "failed", name="refundstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refunds_something")),
        sa.CheckConstraint(
            "fee_cents BETWEEN 0 AND amount_cents", name=op.f("ck_refunds_fee_within")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["payment_attempt_parts.id"],
            name=op.f("fk_refunds_part_id_payment_attempt_parts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refunds_provider_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_refunds_reference")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_part_id"), ["part_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refunds_part_id"))

    op.drop_table("refunds")
    with op.batch_alter_table("payment_attempt_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_attempt_parts_payment_id"))

    op.drop_table("payment_attempt_parts")
    op.drop_table("provider_calls")
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_attempts_live",
            sqlite_where=sa.text("state IN ('asked', 'open')"),
            postgresql_where=sa.text("state IN ('asked', 'open')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_attempts_state"))
        batch_op.drop_index("ix_payment_attempts_group_type_group_id")

    op.drop_table("payment_attempts")
