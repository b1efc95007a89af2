"""Keep a record of each debt with its cause; what is owed so far gets one for each enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2210_debts"
down_revision = "2026_11_26_2200_hand_refunds"
branch_labels = None
depends_on = None

OPEN, ASKED = sa.text("closed_at IS NULL"), sa.text("state = 'asked'")
TAKEN_OVER = """
INSERT INTO debts
    (enterprise_id, entry_id, cause, amount_cents, left_cents, told, opened_at)
SELECT accounts.enterprise_id, entries.id, entries.kind, accounts.balance_cents,
    accounts.balance_cents, 0, entries.posted_at
FROM ledger_accounts accounts JOIN ledger_entries entries ON entries.id =
    (SELECT max(entry_id) FROM ledger_lines
     WHERE account_id = accounts.id AND amount_cents > 0)
WHERE accounts.code LIKE 'debt:%' AND accounts.balance_cents > 0
"""


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "debts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("opened_at", instant, nullable=False),
        sa.Column("closed_at", instant, nullable=True),
        _check("debts", "something", "amount_cents > 0"),
        _check("debts", "left_within", "left_cents BETWEEN 0 AND amount_cents"),
        _check("debts", "closed_at_some", "(left_cents = 0) = (closed_at IS NOT NULL)"),
        _to("debts", "enterprise_id", "enterprises"),
        _to("debts", "entry_id", "ledger_entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debts")),
        sa.UniqueConstraint(
            "entry_id", "enterprise_id", name=op.f("uq_debts_entry_id_enterprise_id")
        ),
    )
    op.create_index(
        "ix_debts_open", "debts", ["enterprise_id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "debt_waivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "granted", "dropped", name="waiverstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        _check("debt_waivers", "two_people", "state <> 'granted' OR decided_by_id <> asked_by_id"),
        _check("debt_waivers", "decided_at_some", "(state = 'asked') = (decided_at IS NULL)"),
        _to("debt_waivers", "debt_id", "debts"),
        _to("debt_waivers", "asked_by_id", "users"),
        _to("debt_waivers", "decided_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt_waivers")),
    )
    op.create_index("ix_debt_waivers_debt_id", "debt_waivers", ["debt_id"])
    op.create_index(
        "uq_debt_waivers_asked",
        "debt_waivers",
        ["debt_id"],
        unique=True,
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )
    op.execute(TAKEN_OVER)


def downgrade() -> None:
    """Keep what is owed in the books alone; why, and who forgave what, is lost."""
    op.drop_table("debt_waivers")
    op.drop_table("debts")


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name)
