"""Keep notes of a social currency and goods in exchange of reservations and of sheets of paper."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1500_more_means"
down_revision = "2026_11_27_1452_minutes"
branch_labels = None
depends_on = None

MORE = ("social_cents", "barter_cents")
WAS = ("cash_cents", "pix_cents", "card_cents")
SOMETHING = "ck_paper_sheets_something"


def upgrade() -> None:
    bartered = sa.Column("bartered", sa.String(), server_default="", nullable=False)
    op.add_column("till_handovers", bartered)
    with op.batch_alter_table("paper_sheets") as sheets:
        for name in MORE:
            column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            sheets.add_column(column)
        sheets.drop_constraint(op.f(SOMETHING), type_="check")
        sheets.create_check_constraint(op.f(SOMETHING), " + ".join((*WAS, *MORE)) + " > 0")


def downgrade() -> None:
    op.execute(
        "UPDATE paper_sheets SET cash_cents = cash_cents + social_cents + barter_cents"
        " WHERE social_cents + barter_cents > 0"
    )
    with op.batch_alter_table("paper_sheets") as sheets:
        sheets.drop_constraint(op.f(SOMETHING), type_="check")
        sheets.create_check_constraint(op.f(SOMETHING), " + ".join(WAS) + " > 0")
        for name in MORE:
            sheets.drop_column(name)
    op.drop_column("till_handovers", "bartered")
