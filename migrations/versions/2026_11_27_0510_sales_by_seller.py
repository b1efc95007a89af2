"""Keep who sold how by month, with what indicators add up, filled from the facts that are there.

Sales that an older process still writes are not in it: count anew once all run the new version.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0510_sales_by_seller"
down_revision = "2026_11_27_0520_issued_reports"
branch_labels = None
depends_on = None

TABLE = "sales_by_seller"
SEGMENTS = ("artesanato", "extrativismo", "reciclagem", "mandioca", "agricultura_familiar")
KINDS = ("family_group", "informal_group", "association", "cooperative", "network")
CHANNELS = (
    *("fair_stall", "fair_desk", "online_fair", "online_point", "online_delivery"),
    *("institutional", "wholesale", "exchange", "recyclables"),
)
MONTH = {
    "sqlite": "CAST(strftime('%Y', occurred_on) AS INTEGER) * 100"
    " + CAST(strftime('%m', occurred_on) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(year FROM occurred_on) * 100 + EXTRACT(month FROM occurred_on)"
    " AS integer)",
}
PUBLISHED = "kind IN ('sale', 'order_taken')"
TIMED = f"{PUBLISHED} AND composed AND minutes <> 0"
SUMS = {
    "timed_cents": f"{TIMED} THEN gross_cents",
    "earned_cents": f"{TIMED} THEN makers_cents",
    "minutes": f"{TIMED} THEN minutes",
    "timed_pieces": f"{TIMED} THEN quantity",
    "under_floor_pieces": f"{TIMED} AND under_floor THEN quantity",
    "women_milli": f"{PUBLISHED} THEN makers_cents * women_permille",
    "fund_cents": f"{PUBLISHED} THEN fund_cents",
    "at_fairs_cents": f"{PUBLISHED} AND fair_id IS NOT NULL THEN gross_cents",
    "sales_cents": "kind = 'sale' THEN gross_cents",
    "orders_cents": "kind = 'order_taken' THEN gross_cents",
    "handed_cents": "kind = 'handed_over' THEN gross_cents",
    "pieces": f"{PUBLISHED} THEN quantity",
    "lines": "id > 0 THEN 1",
    "makers_cents": f"{PUBLISHED} THEN makers_cents",
    "composed_cents": f"{PUBLISHED} AND composed THEN gross_cents",
    "by_till_cents": f"{PUBLISHED} AND confidence = 'till' THEN gross_cents",
    "by_order_cents": f"{PUBLISHED} AND confidence = 'order' THEN gross_cents",
    "by_slip_cents": f"{PUBLISHED} AND confidence = 'slip' THEN gross_cents",
    "by_declared_cents": f"{PUBLISHED} AND confidence = 'declared' THEN gross_cents",
    "by_estimated_cents": f"{PUBLISHED} AND confidence = 'estimated' THEN gross_cents",
}
COUNTS = {"pieces", "lines"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    keys = _keys()
    named = [key.name for key in keys]
    primary = sa.PrimaryKeyConstraint(*named, name=op.f(f"pk_{TABLE}"))
    op.create_table(TABLE, *keys, *_sums(), primary)
    grouped = ", ".join([MONTH[dialect], *named[1:]])
    sums = ", ".join(f"sum(CASE WHEN {each} ELSE 0 END)" for each in SUMS.values())
    op.execute(
        sa.text(
            f"INSERT INTO {TABLE} ({', '.join((*named, *SUMS, 'last_id'))})"  # noqa: S608
            f" SELECT {grouped}, {sums}, max(id) FROM sale_facts GROUP BY {grouped}"
        )
    )


def downgrade() -> None:
    op.drop_table(TABLE)


def _keys() -> list[sa.Column]:
    return [
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("channel", _one_of(CHANNELS, "channel"), nullable=False),
        sa.Column("segment", _one_of(SEGMENTS, "segment"), nullable=False),
        sa.Column("enterprise_kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("women_led", sa.Boolean(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
    ]


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _sums() -> list[sa.Column]:
    columns = [
        sa.Column(name, sa.Integer() if name in COUNTS else sa.BigInteger(), nullable=False)
        for name in SUMS
    ]
    return [*columns, sa.Column("last_id", sa.Integer(), nullable=False)]
