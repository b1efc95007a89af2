"""Keep enterprises' accounts at the provider, their agreement, and transfers there and back."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2330_connect"
down_revision = "2026_11_26_2210_debts"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('asked', 'open')")
INSTANT = sa.DateTime(timezone=True)
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER payout_agreements_append_only BEFORE UPDATE ON payout_agreements"
        " BEGIN SELECT RAISE(ABORT, 'payout_agreements is append-only'); END",
        "CREATE TRIGGER payout_agreements_kept_whole BEFORE DELETE ON payout_agreements"
        " BEGIN SELECT RAISE(ABORT, 'payout_agreements is append-only'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER payout_agreements_append_only BEFORE UPDATE OR DELETE ON payout_agreements"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER payout_agreements_kept_whole BEFORE TRUNCATE ON payout_agreements"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    _make_accounts()
    _make_transfers()
    op.add_column("provider_calls", sa.Column("rests_until", INSTANT, nullable=True))
    with op.batch_alter_table("payouts") as batch:
        batch.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_payouts_account_id_connected_accounts",
            *("connected_accounts", ["account_id"], ["id"]),
        )
        batch.create_index("ix_payouts_account_id", ["account_id"])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Wait until no transfer is under way first: an older version knows none.

    What was sent stays in the books; to which account, and what was agreed to, is lost.
    """
    with op.batch_alter_table("payouts") as batch:
        batch.drop_index("ix_payouts_account_id")
        batch.drop_constraint("fk_payouts_account_id_connected_accounts", type_="foreignkey")
        batch.drop_column("account_id")
    for table in ("transfer_reversals", "transfers", "account_payouts"):
        op.drop_table(table)
    for table in ("payout_agreements", "connected_accounts"):
        op.drop_table(table)
    with op.batch_alter_table("provider_calls") as batch:
        batch.drop_column("rests_until")


def _make_accounts() -> None:
    op.create_table(
        "connected_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        _state("accountstate", "asked", "open", "refused", "retired"),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("counts_at", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state <> 'open' OR provider_id IS NOT NULL",
            name=op.f("ck_connected_accounts_open_is_known"),
        ),
        *_keys(
            "connected_accounts",
            enterprise_id="enterprises.id",
            asked_by_id="users.id",
        ),
        *_unique("connected_accounts", "reference", "provider_id"),
    )
    op.create_index("ix_connected_accounts_enterprise_id", "connected_accounts", ["enterprise_id"])
    op.create_index(
        "uq_connected_accounts_live",
        "connected_accounts",
        ["enterprise_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "payout_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=False),
        *_keys(
            "payout_agreements",
            enterprise_id="enterprises.id",
            accepted_by_id="users.id",
        ),
        sa.UniqueConstraint(
            "enterprise_id", "version", name=op.f("uq_payout_agreements_enterprise_id_version")
        ),
    )
    op.create_index("ix_payout_agreements_enterprise_id", "payout_agreements", ["enterprise_id"])
    op.create_table(
        "account_payouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        *_keys("account_payouts", account_id="connected_accounts.id"),
        *_unique("account_payouts", "provider_id"),
    )
    op.create_index("ix_account_payouts_account_id", "account_payouts", ["account_id"])


def _make_transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payout_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        _state("transferstate", "due", "short", "held", "sent", "refused", "taken_back"),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_transfers_something")),
        sa.CheckConstraint(
            "state <> 'sent' OR provider_id IS NOT NULL", name=op.f("ck_transfers_sent_is_known")
        ),
        *_keys(
            "transfers",
            payout_id="payouts.id",
            account_id="connected_accounts.id",
            enterprise_id="enterprises.id",
        ),
        *_unique("transfers", "reference", "payout_id", "provider_id"),
    )
    for column in ("account_id", "enterprise_id", "state"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])
    op.create_table(
        "transfer_reversals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        _state("reversalstate", "due", "done", "failed"),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_transfer_reversals_something")),
        *_keys("transfer_reversals", transfer_id="transfers.id", refund_id="refunds.id"),
        *_unique("transfer_reversals", "reference", "provider_id"),
    )
    for column in ("transfer_id", "refund_id"):
        op.create_index(f"ix_transfer_reversals_{column}", "transfer_reversals", [column])


def _state(name: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, length=32)
    return sa.Column("state", kind, nullable=False)


def _keys(table: str, **to: str) -> list[sa.Constraint]:
    """Return the primary key of a table, and its foreign ones by column."""
    foreign = [
        sa.ForeignKeyConstraint(
            [column], [there], name=op.f(f"fk_{table}_{column}_{there.partition('.')[0]}")
        )
        for column, there in to.items()
    ]
    return [*foreign, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _unique(table: str, *columns: str) -> list[sa.Constraint]:
    return [sa.UniqueConstraint(name_, name=op.f(f"uq_{table}_{name_}")) for name_ in columns]
