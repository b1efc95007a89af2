"""Keep of a fair its host's kind, its point on a map, its rules and who takes the money."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0700_fair_record"
down_revision = "2026_11_27_0500_price_sheets"
branch_labels = None
depends_on = None

KINDS = ("factory", "shopping", "public_office", "school", "community", "other")
COLUMNS = ("latitude", "longitude", "host_kind", "host_only", "rules", "cash_mode")


def upgrade() -> None:
    mode = _enum("own", "desk", "mixed", name="cashmode")
    with op.batch_alter_table("fairs") as fairs:
        fairs.add_column(sa.Column("latitude", sa.Integer(), nullable=True))
        fairs.add_column(sa.Column("longitude", sa.Integer(), nullable=True))
        fairs.add_column(sa.Column("host_kind", _enum(*KINDS, name="hostkind"), nullable=True))
        fairs.add_column(_flag("host_only"))
        fairs.add_column(sa.Column("rules", sa.String(), nullable=False, server_default=""))
        fairs.add_column(sa.Column("cash_mode", mode, nullable=False, server_default="mixed"))
        fairs.create_check_constraint(
            op.f("ck_fairs_whole_point"), "(latitude IS NULL) = (longitude IS NULL)"
        )
    op.add_column("fair_applications", _flag("rules_accepted"))


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def downgrade() -> None:
    op.drop_column("fair_applications", "rules_accepted")
    with op.batch_alter_table("fairs") as fairs:
        fairs.drop_constraint(op.f("ck_fairs_whole_point"), type_="check")
        for column in COLUMNS:
            fairs.drop_column(column)
