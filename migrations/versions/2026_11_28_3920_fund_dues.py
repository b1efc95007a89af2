"""Keep what direct sales owe a solidarity fund, day by day, where a vote said so."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_3920_fund_dues"
down_revision = "2026_11_28_3900_note_counts"
branch_labels = None
depends_on = None

TABLE = "fund_dues"
INSTANT = sa.DateTime(timezone=True)
NEVER_LESS = "part_cents >= 0 AND lowered_cents >= 0 AND back_cents >= 0"


def upgrade() -> None:
    op.add_column("funds", sa.Column("counted_to", INSTANT, nullable=True))
    direct = sa.Column("direct", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("fund_rates", direct)
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("sold_cents", sa.BigInteger(), nullable=False),
        sa.Column("back_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("part_cents", sa.BigInteger(), nullable=False),
        sa.Column("lowered_cents", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint(NEVER_LESS, name=op.f(f"ck_{TABLE}_not_negative")),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f(f"ck_{TABLE}_part_of_a_whole")),
        sa.CheckConstraint("begins_at < ends_at", name=op.f(f"ck_{TABLE}_lasts")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f(f"fk_{TABLE}_fund_id_funds")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f(f"fk_{TABLE}_enterprise_id_enterprises"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("enterprise_id", "day", name=op.f(f"uq_{TABLE}_enterprise_id_day")),
    )
    op.create_index(f"ix_{TABLE}_fund_id", TABLE, ["fund_id"])


def downgrade() -> None:
    """Drop them; entries of what was due stay in the books, which an older version cannot read."""
    op.drop_table(TABLE)
    op.drop_column("fund_rates", "direct")
    op.drop_column("funds", "counted_to")
