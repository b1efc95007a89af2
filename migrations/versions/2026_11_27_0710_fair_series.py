"""Keep series of fairs, and of a fair the series whose edition it is."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0710_fair_series"
down_revision = "2026_11_27_0600_fund_spendings"
branch_labels = None
depends_on = None

TABLE = "fair_series"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "every_months BETWEEN 1 AND 12", name=op.f("ck_fair_series_within_a_year")
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name=op.f("fk_fair_series_division_id_divisions")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_fair_series_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_series")),
        sa.UniqueConstraint("division_id", "name", name=op.f("uq_fair_series_division_id_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_fair_series_slug")),
    )
    op.create_index(op.f("ix_fair_series_is_demo"), TABLE, ["is_demo"])
    with op.batch_alter_table("fairs") as fairs:
        fairs.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        fairs.create_foreign_key(
            op.f("fk_fairs_series_id_fair_series"), TABLE, ["series_id"], ["id"]
        )
        fairs.create_index(op.f("ix_fairs_series_id"), ["series_id"])


def downgrade() -> None:
    with op.batch_alter_table("fairs") as fairs:
        fairs.drop_index(op.f("ix_fairs_series_id"))
        fairs.drop_constraint(op.f("fk_fairs_series_id_fair_series"), type_="foreignkey")
        fairs.drop_column("series_id")
    op.drop_table(TABLE)
