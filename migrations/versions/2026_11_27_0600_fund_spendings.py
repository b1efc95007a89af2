"""Keep what is paid out of funds: by which vote, asked by one person and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0600_fund_spendings"
down_revision = "2026_11_27_0700_fair_record"
branch_labels = None
depends_on = None

TABLE = "fund_spendings"
INSTANT = sa.DateTime(timezone=True)
RULES = {
    "something": "amount_cents > 0",
    "two_people": "state IN ('asked', 'dropped') OR confirmed_by_id <> asked_by_id",
    "proven": "state NOT IN ('confirmed', 'returned')"
    " OR (confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL AND proof <> '')",
    "ended_at_some": "(state IN ('dropped', 'returned')) = (ended_at IS NOT NULL)",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}"))
            for name, rule in RULES.items()
        ),
        _to("fund_id", "funds"),
        _to("asked_by_id", "users"),
        _to("confirmed_by_id", "users"),
        _to("ended_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_fund_id", TABLE, ["fund_id"])


def downgrade() -> None:
    op.drop_table(TABLE)


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{column}_{other}")
    )
