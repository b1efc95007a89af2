"""Keep of a fair at which of the potential places it is held."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1510_fair_venue"
down_revision = "2026_11_27_1500_more_means"
branch_labels = None
depends_on = None

TO_VENUE = "fk_fairs_venue_id_fair_venues"


def upgrade() -> None:
    with op.batch_alter_table("fairs") as fairs:
        fairs.add_column(sa.Column("venue_id", sa.Integer(), nullable=True))
        fairs.create_foreign_key(op.f(TO_VENUE), "fair_venues", ["venue_id"], ["id"])
        fairs.create_index(op.f("ix_fairs_venue_id"), ["venue_id"])


def downgrade() -> None:
    with op.batch_alter_table("fairs") as fairs:
        fairs.drop_index(op.f("ix_fairs_venue_id"))
        fairs.drop_constraint(op.f(TO_VENUE), type_="foreignkey")
        fairs.drop_column("venue_id")
