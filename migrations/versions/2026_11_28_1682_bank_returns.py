"""Keep what the bank answered to batches' files: each file once, each of its records a row."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_1682_bank_returns"
down_revision = "2026_11_28_1642_regimes"
branch_labels = None
depends_on = None

OUTCOMES = ("paid", "refused", "taken_in", "known", "elsewhere", "open", "seen")
ENDS = sa.text("outcome IN ('paid', 'refused')")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "bank_returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("taken_at", instant, nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        _to("bank_returns", "division_id", "divisions"),
        _to("bank_returns", "taken_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_returns")),
        sa.UniqueConstraint(
            "division_id", "digest", name=op.f("uq_bank_returns_division_id_digest")
        ),
    )
    op.create_table(
        "bank_return_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payout_id", sa.Integer(), nullable=True),
        sa.Column("ours", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("bank_number", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(*OUTCOMES, name="outcome", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seen_at", instant, nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        _check("why_open", "(outcome IN ('open', 'seen')) = (why <> '')"),
        _check("seen_at_some", "(outcome = 'seen') = (seen_at IS NOT NULL)"),
        _check("of_one", "outcome NOT IN ('paid', 'refused', 'known') OR payout_id IS NOT NULL"),
        _to("bank_return_rows", "return_id", "bank_returns"),
        _to("bank_return_rows", "payout_id", "payouts"),
        _to("bank_return_rows", "seen_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_return_rows")),
        sa.UniqueConstraint(
            "return_id", "number", name=op.f("uq_bank_return_rows_return_id_number")
        ),
    )
    op.create_index(op.f("ix_bank_return_rows_payout_id"), "bank_return_rows", ["payout_id"])
    op.create_index(
        "uq_bank_return_rows_ends",
        "bank_return_rows",
        ["payout_id", "outcome"],
        unique=True,
        sqlite_where=ENDS,
        postgresql_where=ENDS,
    )


def downgrade() -> None:
    """Keep what the payouts came to; what the bank said word by word is lost."""
    op.drop_table("bank_return_rows")
    op.drop_table("bank_returns")


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_bank_return_rows_{name}"))


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name)
