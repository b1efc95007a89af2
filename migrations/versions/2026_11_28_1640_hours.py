"""Keep what assemblies decide about the hour, and with each price what held then."""

import sqlalchemy as sa
from alembic import op

from marketplace.core.guards import statements

revision = "2026_11_28_1640_hours"
down_revision = "2026_11_28_1680_waiver_funds"
branch_labels = None
depends_on = None

TABLE, PRICES = "hour_decisions", "price_versions"
LINK = "fk_price_versions_hour_decision_id_hour_decisions"


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "enterprise_id")),
        sa.Column("hour_cents", sa.BigInteger(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("minute", "file")),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour_cents > 0", name=op.f(f"ck_{TABLE}_positive")),
        sa.CheckConstraint("minute <> '' OR file <> ''", name=op.f(f"ck_{TABLE}_says_which_vote")),
        _to("enterprise_id", "enterprises"),
        _to("by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    columns = ["enterprise_id", "decided_on"]
    op.create_index(f"ix_{TABLE}_enterprise_id_decided_on", TABLE, columns)
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table(PRICES) as prices:
        prices.add_column(sa.Column("hour_decision_id", sa.Integer(), nullable=True))
        prices.create_foreign_key(op.f(LINK), TABLE, ["hour_decision_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table(PRICES) as prices:
        prices.drop_constraint(op.f(LINK), type_="foreignkey")
        prices.drop_column("hour_decision_id")
    op.drop_table(TABLE)


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{column}_{other}")
    )
