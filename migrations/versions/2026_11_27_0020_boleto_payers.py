"""Keep who pays a boleto until the provider has answered."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0020_boleto_payers"
down_revision = "2026_11_27_0010_places"
branch_labels = None
depends_on = None

TOLD = ("tax_id", "name", "email", "street", "city", "state", "postal_code")


def upgrade() -> None:
    op.create_table(
        "boleto_payers",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TOLD),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payment_attempts.id"],
            name=op.f("fk_boleto_payers_attempt_id_payment_attempts"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_boleto_payers")),
    )


def downgrade() -> None:
    op.drop_table("boleto_payers")
