"""Keep how the money of common desks is shared out, and what of it is at the bank."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0560_desk_splits"
down_revision = "2026_11_27_0511_targets"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ONE_THING = (
    "(CASE WHEN sale_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN void_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN handover_id IS NULL THEN 0 ELSE 1 END) = 1"
)
OPEN = "confirmed_at IS NULL AND dropped_at IS NULL"


def upgrade() -> None:
    op.add_column("fairs", _cents("fee_cents", server_default="0"))
    op.add_column("orders", _cents("discount_cents", server_default="0"))
    op.add_column(
        "payments", sa.Column("at_desk", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _bankings()
    _splits()
    _shares()
    _parts()


def _bankings() -> None:
    table = "desk_bankings"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("cash", "machine", name="bankingkind"), nullable=False),
        _cents("told_cents"),
        _cents("counted_cents"),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        *_ends("confirmed"),
        *_ends("dropped"),
        *_to(table, fair_id="fairs", noted_by_id="users"),
        *_to(table, confirmed_by_id="users", dropped_by_id="users"),
        _check(table, "two_people", "confirmed_by_id <> noted_by_id"),
        _check(table, "not_negative", "counted_cents >= 0"),
        _check(table, "one_end", "dropped_at IS NULL OR confirmed_at IS NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    where = {"sqlite_where": sa.text(OPEN), "postgresql_where": sa.text(OPEN)}
    op.create_index("uq_desk_bankings_open", table, ["fair_id", "kind"], unique=True, **where)


def _splits() -> None:
    table = "desk_splits"
    states = _enum("prepared", "approved", "discarded", name="splitstate")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("prepared_at", INSTANT, nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        *_ends("approved"),
        *_ends("discarded"),
        *_to(table, fair_id="fairs", collection_id="collections", prepared_by_id="users"),
        *_to(table, approved_by_id="users", discarded_by_id="users"),
        _check(table, "two_people", "approved_by_id <> prepared_by_id"),
        _check(table, "approved_at_some", "(state = 'approved') = (approved_at IS NOT NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "fair_id")
    _index(table, "collection_id")
    where = sa.text("state = 'prepared'")
    given = {"unique": True, "sqlite_where": where, "postgresql_where": where}
    op.create_index("uq_desk_splits_prepared", table, ["fair_id"], **given)


def _shares() -> None:
    table = "desk_shares"
    fee = "fee_cents >= 0 AND (fee_cents = 0 OR fee_cents <= cash_cents)"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("split_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        *map(_cents, ("cash_cents", "machine_cents", "pix_cents", "discount_cents", "fee_cents")),
        sa.Column("in_cash", sa.Boolean(), nullable=False),
        sa.Column("banking_id", sa.Integer(), nullable=True),
        *_to(table, split_id="desk_splits", enterprise_id="enterprises"),
        *_to(table, banking_id="desk_bankings"),
        _check(table, "fee_of_the_cash", fee),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "split_id", "enterprise_id", name=op.f("uq_desk_shares_split_id_enterprise_id")
        ),
    )
    _index(table, "enterprise_id")
    _index(table, "banking_id")


def _parts() -> None:
    table, told = "desk_parts", ("sale", "void", "handover")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("split_id", sa.Integer(), nullable=False),
        *(sa.Column(f"{what}_id", sa.Integer(), nullable=True) for what in told),
        *_to(table, split_id="desk_splits"),
        *_to(table, **{f"{what}_id": f"till_{what}s" for what in told}),
        _check(table, "of_one_thing", ONE_THING),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint(f"{what}_id", name=op.f(f"uq_{table}_{what}_id")) for what in told),
    )
    _index(table, "split_id")


def _cents(name: str, **given: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, **given)


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _ends(what: str) -> tuple[sa.Column[object], ...]:
    who = sa.Column(f"{what}_by_id", sa.Integer(), nullable=True)
    return sa.Column(f"{what}_at", INSTANT, nullable=True), who


def _to(table: str, **others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in others.items()
    ]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in ("desk_parts", "desk_shares", "desk_splits", "desk_bankings"):
        op.drop_table(table)
    op.drop_column("payments", "at_desk")
    op.drop_column("orders", "discount_cents")
    op.drop_column("fairs", "fee_cents")
