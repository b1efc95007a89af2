"""The books: entries whose lines add up to nothing, written once.

An entry closes over its lines: they are written first, and the database takes the entry only if at
least two of them add up to zero; after that it takes no further line. So no entry can be out of
balance, whoever writes it. Each account carries its balance, and the database refuses one that
would stand on the wrong side: what an enterprise has coming is never less than nothing.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents


class Nature(enum.StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    RESULT = "result"
    MEMO = "memo"  # money that never is ours, told for the statement


class Side(enum.StrEnum):
    """On which side the balance of an account may stand."""

    DEBIT = "debit"
    CREDIT = "credit"
    EITHER = "either"


class EntryKind(enum.StrEnum):
    """What happened; each has its function in ``postings`` and its line in ``docs/ledger.md``."""

    PAYMENT_SUCCEEDED = "payment_succeeded"
    PROVIDER_SETTLED = "provider_settled"
    FEE_SHARED = "fee_shared"
    FUND_CONTRIBUTED = "fund_contributed"
    SHARE_RELEASED = "share_released"
    TRANSFERRED = "transferred"
    TRANSFER_REVERSED = "transfer_reversed"
    PAYOUT_ORDERED = "payout_ordered"
    PAYOUT_CONFIRMED = "payout_confirmed"
    PAYOUT_RETURNED = "payout_returned"
    REFUND_APPROVED = "refund_approved"
    REFUND_SENT = "refund_sent"
    REFUND_PAID_BY_HAND = "refund_paid_by_hand"
    REFUND_FAILED = "refund_failed"
    DEBT_OFFSET = "debt_offset"
    DEBT_FORGIVEN = "debt_forgiven"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    SWEEP_BEGUN = "sweep_begun"
    SWEEP_ARRIVED = "sweep_arrived"
    SWEEP_FAILED = "sweep_failed"
    MONEY_UNIDENTIFIED = "money_unidentified"
    MONEY_IDENTIFIED = "money_identified"
    MACHINE_SALE = "machine_sale"
    MACHINE_SETTLED = "machine_settled"
    CASH_TAKEN = "cash_taken"
    CASH_DEPOSITED = "cash_deposited"
    CASH_HANDED_ON = "cash_handed_on"
    DESK_RETURNED = "desk_returned"
    STALL_FEE_KEPT = "stall_fee_kept"
    DIRECT_SALE = "direct_sale"
    DIRECT_SALE_RETURNED = "direct_sale_returned"
    FUND_DUE = "fund_due"
    FUND_DUE_LOWERED = "fund_due_lowered"
    FUND_SPENT = "fund_spent"
    FUND_DEBT_PAID = "fund_debt_paid"
    NOTES_ISSUED = "notes_issued"  # of a social currency
    NOTES_REDEEMED = "notes_redeemed"
    CORRECTION = "correction"  # the reverse of another entry


class LedgerAccount(Model):
    """Where money is, or whose it is; its balance in centavos of BRL, a debit being positive."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.CheckConstraint(
            "side = 'either' OR (side = 'debit' AND balance_cents >= 0)"
            " OR (side = 'credit' AND balance_cents <= 0)",
            name="right_side",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]  # ``bank``, ``payable:17``
    nature: Mapped[Nature]
    side: Mapped[Side]
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    balance_cents: Mapped[Cents] = mapped_column(default=0)


class LedgerEntry(Model):
    """One thing that happened to money; ``posted_at`` is when it was written down."""

    __tablename__ = "ledger_entries"
    __table_args__ = (sa.UniqueConstraint("kind", "source_type", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posted_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[EntryKind]
    source_type: Mapped[str]
    source_id: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the house


class LedgerLine(Model):
    """What an entry does to one account: a debit is positive, a credit negative."""

    __tablename__ = "ledger_lines"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "account_id"),
        sa.CheckConstraint("amount_cents <> 0", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ledger_entries.id", deferrable=True, initially="DEFERRED")
    )
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount_cents: Mapped[Cents]


append_only("ledger_entries")
append_only("ledger_lines")

_WRONG = (
    "(SELECT count(*) FROM ledger_lines WHERE entry_id = NEW.id) < 2"
    " OR (SELECT sum(amount_cents) FROM ledger_lines WHERE entry_id = NEW.id) <> 0"
)
_CLOSED = "EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.entry_id)"
_RULES = (
    ("ledger_entries", "balances", _WRONG, "a ledger entry must balance"),
    ("ledger_lines", "open", _CLOSED, "the ledger entry is closed"),
)


def balance_guards(dialect: str) -> list[str]:
    """Return what lets an entry close over its lines, on ``sqlite`` or ``postgresql``, in order."""
    return [
        statement
        for table, name, wrong, said in _RULES
        for statement in (
            [_sqlite(table, name, wrong, said)]
            if dialect == "sqlite"
            else _postgresql(table, name, wrong, said)
        )
    ]


def _sqlite(table: str, name: str, wrong: str, said: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table}"
        f" WHEN {wrong} BEGIN SELECT RAISE(ABORT, '{said}'); END"
    )


def _postgresql(table: str, name: str, wrong: str, said: str) -> list[str]:
    function = f"{table}_{name}"
    raised = f"RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = '{said}'"
    body = f"BEGIN IF {wrong} THEN {raised}; END IF; RETURN NEW; END"
    trigger = f"CREATE TRIGGER {function} BEFORE INSERT ON {table}"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"{trigger} FOR EACH ROW EXECUTE FUNCTION {function}()",
    ]


@sa.event.listens_for(LedgerLine.__table__, "after_create")
def _guard(_table: object, connection: sa.Connection, **_options: object) -> None:
    for statement in balance_guards(connection.dialect.name):
        connection.exec_driver_sql(statement)
