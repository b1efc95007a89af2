"""add rollups: the sums of the facts of sale, filled from those that are there.

Sales that an older process still writes are not in them: count anew once all run the new version.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_1940_add_rollups"
down_revision = "2026_11_24_1930_add_cache_generations"
branch_labels = None
depends_on = None

ENUMS = {
    "segment": (
        *("artesanato", "extrativismo", "reciclagem", "mandioca"),
        "agricultura_familiar",
    ),
    "enterprise_kind": (
        *("family_group", "informal_group", "association", "cooperative", "network"),
    ),
    "channel": (
        *("fair_stall", "fair_desk", "online_fair", "online_point", "online_delivery"),
        *("institutional", "wholesale", "exchange", "recyclables"),
    ),
}
NAMES = {"enterprise_kind": "kind"}
KEYS = {
    "sales_by_channel": ("month", "division_id", "channel", "fair_id", "segment", "category"),
    "sales_by_day": ("day", "division_id", "segment", "category"),
    "sales_by_enterprise": (
        *("month", "division_id", "enterprise_id", "segment", "category"),
        *("enterprise_kind", "municipality_code", "neighbourhood", "zone"),
    ),
}
TEXTS = {"category", "neighbourhood", "zone"}
MONTH = {
    "sqlite": "CAST(strftime('%Y', occurred_on) AS INTEGER) * 100"
    " + CAST(strftime('%m', occurred_on) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(year FROM occurred_on) * 100 + EXTRACT(month FROM occurred_on)"
    " AS integer)",
}
PUBLISHED = "kind IN ('sale', 'order_taken')"
SUMS = {
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
VALUES = (
    *("segment", "category", "enterprise_id", "enterprise_kind", "municipality_code"),
    *("neighbourhood", "zone", "channel", "fair_id"),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    for table, keys in KEYS.items():
        op.create_table(table, *map(_key, keys), *_sums(), _primary(table, *keys))
        op.execute(sa.text(_filled(table, keys, MONTH[dialect])))
    op.create_table(
        "sale_values",
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        _primary("sale_values", "division_id", "dimension", "value"),
    )
    for column in VALUES:
        op.execute(
            sa.text(
                f"INSERT INTO sale_values SELECT division_id, '{column}',"  # noqa: S608 - constants
                f" CAST({column} AS varchar), max(id) FROM sale_facts"
                f" WHERE {column} IS NOT NULL GROUP BY division_id, {column}"
            )
        )


def downgrade() -> None:
    for table in ("sale_values", *reversed(KEYS)):
        op.drop_table(table)


def _key(name: str) -> sa.Column:
    if name in ENUMS:
        kind = sa.Enum(*ENUMS[name], name=NAMES.get(name, name), native_enum=False, length=32)
        return sa.Column(name, kind, nullable=False)
    if name == "day":
        return sa.Column(name, sa.Date(), nullable=False)
    kind = sa.String() if name in TEXTS else sa.Integer()
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _sums() -> list[sa.Column]:
    columns = [
        sa.Column(name, sa.Integer() if name in COUNTS else sa.BigInteger(), nullable=False)
        for name in SUMS
    ]
    return [*columns, sa.Column("last_id", sa.Integer(), nullable=False)]


def _primary(table: str, *keys: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}"))


def _filled(table: str, keys: tuple[str, ...], month: str) -> str:
    read = {"month": month, "day": "occurred_on", "fair_id": "coalesce(fair_id, 0)"}
    grouped = ", ".join(read.get(key, key) for key in keys)
    sums = ", ".join(f"sum(CASE WHEN {each} ELSE 0 END)" for each in SUMS.values())
    return (
        f"INSERT INTO {table} ({', '.join((*keys, *SUMS, 'last_id'))})"  # noqa: S608 - constants
        f" SELECT {grouped}, {sums}, max(id) FROM sale_facts GROUP BY {grouped}"
    )
