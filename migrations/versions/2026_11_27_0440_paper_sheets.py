"""Keep what was sold on paper at a fair, typed later as totals."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0440_paper_sheets"
down_revision = "2026_11_27_0440_fund_rates"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CENTS = ("cash_cents", "pix_cents", "card_cents")


def upgrade() -> None:
    op.create_table(
        "paper_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("in_hand", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in CENTS),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("typed_at", INSTANT, nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "cash_cents + pix_cents + card_cents > 0", name=op.f("ck_paper_sheets_something")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason = '')",
            name=op.f("ck_paper_sheets_undone_with_a_reason"),
        ),
        _to("fair_id", "fairs"),
        _to("collection_id", "collections"),
        _to("enterprise_id", "enterprises"),
        _to("typed_by_id", "users"),
        _to("undone_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheets")),
        sa.UniqueConstraint("key", name=op.f("uq_paper_sheets_key")),
    )
    for column in ("fair_id", "enterprise_id"):
        op.create_index(f"ix_paper_sheets_{column}", "paper_sheets", [column])


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_paper_sheets_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("paper_sheets")
