"""Keep what was typed to reckon a price, line by line, with the version it made."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0500_price_sheets"
down_revision = "2026_11_27_0560_desk_splits"
branch_labels = None
depends_on = None

SHEETS, LINES = "price_sheets", "price_sheet_lines"
KINDS = (
    *("labour", "surplus", "material", "losses", "energy", "tools", "space", "packing"),
    *("transport", "fund", "payment_fee", "taxes"),
)
NAMED = {"name": "linekind", "native_enum": False, "length": 32}


def upgrade() -> None:
    op.create_table(
        SHEETS,
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("hour_cents", sa.BigInteger(), nullable=True),
        *(
            sa.Column(f"{name}_permille", sa.Integer(), nullable=False)
            for name in ("surplus", "fund", "payment_fee", "taxes")
        ),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_price_sheets_has_pieces")),
        _to(SHEETS, "version_id", "price_versions"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_price_sheets")),
    )
    op.create_table(
        LINES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, **NAMED), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("amount_thousandths", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("unit_cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("loss_permille", sa.Integer(), nullable=False),
        sa.Column("solidarity", sa.Boolean(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "amount_thousandths >= 0 AND unit_cost_cents >= 0",
            name=op.f("ck_price_sheet_lines_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["price_sheets.version_id"],
            name=op.f("fk_price_sheet_lines_version_id_price_sheets"),
        ),
        _to(LINES, "supplier_id", "enterprises"),
        _to(LINES, "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_sheet_lines")),
    )
    for column in ("version_id", "supplier_id", "member_id"):
        op.create_index(op.f(f"ix_{LINES}_{column}"), LINES, [column])


def downgrade() -> None:
    op.drop_table(LINES)
    op.drop_table(SHEETS)


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}")
    )
