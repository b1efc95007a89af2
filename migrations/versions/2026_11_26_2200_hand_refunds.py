"""Keep what goes back to buyers by hand; what did not arrive so far waits there."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2200_hand_refunds"
down_revision = "2026_11_26_2040_payouts"
branch_labels = None
depends_on = None

STATES = ("waiting", "sent", "confirmed", "returned", "dropped")
WHYS = ("boleto", "late", "refused", "failed", "unidentified")
LIVE = sa.text("state IN ('waiting', 'sent', 'confirmed')")
REFUNDS = """
SELECT refunds.id AS refund_id, NULL AS identification_id, payment_attempt_parts.payment_id,
    CASE WHEN method = 'boleto' THEN 'boleto' WHEN refunds.state = 'due' THEN 'late'
        WHEN provider_id IS NULL THEN 'refused' ELSE 'failed' END AS why,
    refunds.amount_cents, refunds.asked_at AS opened_at
FROM refunds JOIN payment_attempt_parts ON payment_attempt_parts.id = refunds.part_id
JOIN payment_attempts ON payment_attempts.id = payment_attempt_parts.attempt_id
WHERE refunds.state = 'failed' OR (refunds.state = 'due' AND NOT EXISTS
    (SELECT 1 FROM provider_calls WHERE kind = 'refund' AND subject_id = refunds.id))
ORDER BY refunds.id
"""
UNIDENTIFIED = """
SELECT NULL AS refund_id, id AS identification_id, NULL AS payment_id, 'unidentified' AS why,
    amount_cents, decided_at AS opened_at
FROM identifications WHERE enterprise_id IS NULL AND NOT EXISTS
    (SELECT 1 FROM ledger_entries WHERE kind = 'refund_paid_by_hand')
ORDER BY id
"""
WAITS = """
INSERT INTO hand_refunds (id, refund_id, identification_id, payment_id, why, state, amount_cents,
    opened_at, pix_key, pix_key_kind, pix_holder, proof, reason)
VALUES (:id, :refund_id, :identification_id, :payment_id, :why, 'waiting', :amount_cents,
    :opened_at, '', '', '', '', '')
"""
LAST = "SELECT coalesce(max(source_id), 0) FROM ledger_entries WHERE source_type = 'hand_refund'"
AFTER = "SELECT setval(pg_get_serial_sequence('hand_refunds', 'id'), {last})"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    people = ("key_given_by_id", "sent_by_id", "confirmed_by_id")
    there = {
        "refund_id": "refunds",
        "identification_id": "identifications",
        "payment_id": "payments",
        **dict.fromkeys(people, "users"),
    }
    op.create_table(
        "hand_refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("identification_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column(
            "why", sa.Enum(*WHYS, name="whybyhand", native_enum=False, length=32), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="handstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", instant, nullable=False),
        sa.Column("pix_key", sa.String(), nullable=False),
        sa.Column("pix_key_kind", sa.String(), nullable=False),
        sa.Column("pix_holder", sa.String(), nullable=False),
        sa.Column("key_given_at", instant, nullable=True),
        sa.Column("key_given_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", instant, nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        _check("something", "amount_cents > 0"),
        _check("of_one_thing", "(refund_id IS NULL) = (identification_id IS NOT NULL)"),
        _check("of_its_payment", "(refund_id IS NULL) = (payment_id IS NULL)"),
        _check("two_people", "confirmed_by_id <> sent_by_id"),
        _check("proven", "state NOT IN ('sent', 'confirmed') OR proof <> ''"),
        _check(
            "key_only_while_needed",
            "state IN ('waiting', 'sent') OR (pix_key = '' AND pix_holder = '')",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_hand_refunds_{column}_{table}")
            )
            for column, table in there.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_refunds")),
    )
    op.create_index("ix_hand_refunds_payment_id", "hand_refunds", ["payment_id"])
    op.create_index("ix_hand_refunds_state", "hand_refunds", ["state"])
    for column in ("refund_id", "identification_id"):
        name, only = f"uq_hand_refunds_open_{column}", {"sqlite_where": LIVE}
        op.create_index(name, "hand_refunds", [column], unique=True, postgresql_where=LIVE, **only)
    _take_over()


def downgrade() -> None:
    """Pay what waits and confirm it first: an older version shows none of it to anybody.

    What was paid stays in the books; by whom, and with which proof, is lost.
    """
    op.drop_table("hand_refunds")


def _take_over() -> None:
    """Let wait what was not given back; no id is used again that an entry of the books names."""
    bind = op.get_bind()
    used = int(bind.scalar(sa.text(LAST)) or 0)
    found = [row for query in (REFUNDS, UNIDENTIFIED) for row in bind.execute(sa.text(query))]
    for row in found:
        used += 1
        bind.execute(sa.text(WAITS), dict(row._mapping) | {"id": used})
    if used and bind.dialect.name == "postgresql":
        bind.execute(sa.text(AFTER.format(last=used)))


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_hand_refunds_{name}"))
