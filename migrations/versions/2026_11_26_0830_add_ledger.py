"""add ledger: the books, with what was paid straight to the enterprises until now.

What an older process settles meanwhile is not in them: `flask ledger catch-up` enters it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0830_add_ledger"
down_revision = "2026_11_26_0820_add_readings"
branch_labels = None
depends_on = None

NATURES, SIDES = ("asset", "liability", "result", "memo"), ("debit", "credit", "either")
KINDS = (
    *("payment_succeeded", "provider_settled", "fee_shared", "fund_contributed", "share_released"),
    *("transferred", "transfer_reversed", "payout_ordered", "payout_confirmed", "payout_returned"),
    *("refund_approved", "refund_sent", "refund_paid_by_hand", "refund_failed", "debt_offset"),
    *("debt_forgiven", "dispute_opened", "dispute_won", "dispute_lost", "sweep_begun"),
    *("sweep_arrived", "sweep_failed", "money_unidentified", "money_identified", "machine_sale"),
    *("machine_settled", "cash_taken", "cash_deposited", "direct_sale", "direct_sale_returned"),
    *("fund_due", "fund_spent", "correction"),
)
RIGHT_SIDE = (
    "side = 'either' OR (side = 'debit' AND balance_cents >= 0)"
    " OR (side = 'credit' AND balance_cents <= 0)"
)
GUARDED = ("ledger_entries", "ledger_lines")
WRITTEN_ONCE = {
    "sqlite": (
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER {table}_kept_whole BEFORE DELETE ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()",
    ),
}
RULES = (
    (
        *("ledger_entries", "balances", "a ledger entry must balance"),
        "(SELECT count(*) FROM ledger_lines WHERE entry_id = NEW.id) < 2"
        " OR (SELECT sum(amount_cents) FROM ledger_lines WHERE entry_id = NEW.id) <> 0",
    ),
    (
        *("ledger_lines", "open", "the ledger entry is closed"),
        "EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.entry_id)",
    ),
)
DIRECT = "method IN ('cash', 'own_pix')"
FILLED = (
    "INSERT INTO ledger_accounts (code, nature, side, enterprise_id, balance_cents)"  # noqa: S608 - constants
    " SELECT '{base}:' || enterprise_id, 'memo', '{side}', enterprise_id,"
    " {sign} * sum(CASE WHEN state = 'refunded' THEN 0 ELSE amount_cents END)"
    f" FROM payments WHERE {DIRECT} AND state IN ('settled', 'refund_due', 'refunded')"
    " GROUP BY enterprise_id",
    "INSERT INTO ledger_entries (posted_at, kind, source_type, source_id, actor_id)"  # noqa: S608 - constants
    " SELECT {at}, '{kind}', 'payment', id, {by} FROM payments"
    f" WHERE {DIRECT} AND {{entered}} ORDER BY id",
    "INSERT INTO ledger_lines (entry_id, account_id, amount_cents)"
    " SELECT e.id, a.id, CASE WHEN (e.kind = 'direct_sale') = (a.side = 'debit')"
    " THEN p.amount_cents ELSE -p.amount_cents END"
    " FROM ledger_entries e JOIN payments p ON p.id = e.source_id"
    " JOIN ledger_accounts a ON a.enterprise_id = p.enterprise_id ORDER BY e.id, a.side DESC",
)


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("nature", _one_of("nature", NATURES), nullable=False),
        sa.Column("side", _one_of("side", SIDES), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(RIGHT_SIDE, name=op.f("ck_ledger_accounts_right_side")),
        _to("ledger_accounts", "enterprise_id", "enterprises"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_accounts_code")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", _one_of("entrykind", KINDS), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        _to("ledger_entries", "actor_id", "users"),
        _to("ledger_entries", "reverses_id", "ledger_entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            *("kind", "source_type", "source_id"),
            name=op.f("uq_ledger_entries_kind_source_type_source_id"),
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entries_reverses_id")),
    )
    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_ledger_lines_says_something")),
        _to("ledger_lines", "account_id", "ledger_accounts"),
        _to("ledger_lines", "entry_id", "ledger_entries", initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lines")),
        sa.UniqueConstraint(
            "entry_id", "account_id", name=op.f("uq_ledger_lines_entry_id_account_id")
        ),
    )
    op.create_index("ix_ledger_accounts_enterprise_id", "ledger_accounts", ["enterprise_id"])
    op.create_index("ix_ledger_entries_posted_at", "ledger_entries", ["posted_at"])
    op.create_index("ix_ledger_lines_account_id", "ledger_lines", ["account_id"])
    _fill()
    _guard()


def downgrade() -> None:
    for table in ("ledger_lines", "ledger_entries", "ledger_accounts"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, name, *_ in RULES:
            op.execute(f"DROP FUNCTION {table}_{name}()")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _to(table: str, column: str, there: str, **options: object) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name, **options)


def _fill() -> None:
    accounts, entries, lines = FILLED
    for base, side, sign in (("direct_received", "debit", 1), ("direct_sales", "credit", -1)):
        op.execute(sa.text(accounts.format(base=base, side=side, sign=sign)))
    paid = "state IN ('settled', 'refund_due', 'refunded')"
    for kind, at, by, entered in (
        ("direct_sale", "settled_at", "settled_by_id", paid),
        ("direct_sale_returned", "refunded_at", "NULL", "state = 'refunded'"),
    ):
        op.execute(sa.text(entries.format(kind=kind, at=at, by=by, entered=entered)))
    op.execute(sa.text(lines))


def _guard() -> None:
    dialect = op.get_bind().dialect.name
    for table in GUARDED:
        for statement in WRITTEN_ONCE[dialect]:
            op.execute(statement.format(table=table))
    for table, name, said, wrong in RULES:
        for statement in _closing(dialect, f"{table}_{name}", table, said, wrong):
            op.execute(statement)


def _closing(dialect: str, name: str, table: str, said: str, wrong: str) -> list[str]:
    trigger = f"CREATE TRIGGER {name} BEFORE INSERT ON {table}"
    if dialect == "sqlite":
        return [f"{trigger} WHEN {wrong} BEGIN SELECT RAISE(ABORT, '{said}'); END"]
    raised = f"RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = '{said}'"
    body = f"BEGIN IF {wrong} THEN {raised}; END IF; RETURN NEW; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"{trigger} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
