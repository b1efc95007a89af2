"""Keep which fund bears a debt that is forgiven, by which vote."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_1680_waiver_funds"
down_revision = "2026_11_27_1561_note_ids"
branch_labels = None
depends_on = None

RULE, FUND = "ck_debt_waivers_voted_if_of_a_fund", "fk_debt_waivers_fund_id_funds"
VOTED = "fund_id IS NULL OR (minute <> '' AND file <> '')"


def upgrade() -> None:
    with op.batch_alter_table("debt_waivers") as waivers:
        waivers.add_column(sa.Column("fund_id", sa.Integer(), nullable=True))
        for name in ("minute", "file"):
            waivers.add_column(sa.Column(name, sa.String(), server_default="", nullable=False))
        waivers.create_foreign_key(op.f(FUND), "funds", ["fund_id"], ["id"])
        waivers.create_check_constraint(op.f(RULE), VOTED)
        waivers.create_index(op.f("ix_debt_waivers_fund_id"), ["fund_id"])


def downgrade() -> None:
    """Lose who bore a debt; the books still tell."""
    with op.batch_alter_table("debt_waivers") as waivers:
        waivers.drop_index(op.f("ix_debt_waivers_fund_id"))
        waivers.drop_constraint(op.f(RULE), type_="check")
        waivers.drop_constraint(op.f(FUND), type_="foreignkey")
        for name in ("file", "minute", "fund_id"):
            waivers.drop_column(name)
