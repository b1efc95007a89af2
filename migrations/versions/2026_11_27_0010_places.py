"""Keep calls for places, who applied, each draw, who holds a place, and who came."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_0010_places"
down_revision = "2026_11_26_2330_connect"
branch_labels = None
depends_on = None

SEGMENTS = ("artesanato", "extrativismo", "reciclagem", "mandioca", "agricultura_familiar")
STATES = ("held", "given_up", "taken_back")
MOVES = ("drawn", "called_up", "given", "given_up", "taken_back")
OUTCOMES = ("quota", "open", "waiting", "excluded")
FROZEN = ("fair_draws", "fair_lots", "fair_place_moves")
TRIGGERS = {
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


def upgrade() -> None:
    _calls()
    _draws()
    _places()
    for table in FROZEN:
        for statement in TRIGGERS[op.get_bind().dialect.name]:
            op.execute(statement.format(table=table))


def _calls() -> None:
    op.create_table(
        "fair_calls",
        _whole("id"),
        _whole("fair_id"),
        _whole("places"),
        _whole("stalls"),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        _text("note"),
        _instant("opens_at"),
        _instant("closes_at"),
        _whole("lottery_number"),
        sa.Column("lottery_on", sa.Date(), nullable=False),
        _instant("made_at"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_fair_calls_some_places")),
        sa.CheckConstraint(
            "stalls > 0 AND stalls <= places", name=op.f("ck_fair_calls_stalls_hold_places")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_fair_calls_closes_after_opening")),
        *_references("fair_calls", fair_id="fairs", by_id="users"),
        sa.UniqueConstraint("fair_id", name=op.f("uq_fair_calls_fair_id")),
    )
    op.create_table(
        "fair_applications",
        _whole("id"),
        _whole("call_id"),
        _whole("enterprise_id"),
        _whole("number"),
        _kind("segment", *SEGMENTS),
        _text("brings"),
        sa.Column("shares", sa.Boolean(), nullable=False),
        _kind("state", "sent", "withdrawn"),
        _instant("applied_at"),
        _instant("changed_at"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_references(
            "fair_applications", call_id="fair_calls", enterprise_id="enterprises", by_id="users"
        ),
        sa.UniqueConstraint(
            "call_id", "enterprise_id", name=op.f("uq_fair_applications_call_id_enterprise_id")
        ),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_fair_applications_call_id_number")),
    )
    op.create_index("ix_fair_applications_enterprise_id", "fair_applications", ["enterprise_id"])


def _draws() -> None:
    op.create_table(
        "fair_draws",
        _whole("id"),
        _whole("call_id"),
        _text("prizes"),
        _text("seed"),
        _instant("drawn_at"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_references("fair_draws", call_id="fair_calls", by_id="users"),
        sa.UniqueConstraint("call_id", name=op.f("uq_fair_draws_call_id")),
    )
    op.create_table(
        "fair_lots",
        _whole("id"),
        _whole("draw_id"),
        _whole("application_id"),
        _whole("number"),
        _kind("segment", *SEGMENTS),
        _whole("credit"),
        _text("digest"),
        _whole("position"),
        _kind("outcome", *OUTCOMES),
        _text("rule"),
        sa.CheckConstraint(
            "(outcome = 'excluded') = (rule <> '')", name=op.f("ck_fair_lots_excluded_by_a_rule")
        ),
        *_references("fair_lots", draw_id="fair_draws", application_id="fair_applications"),
        sa.UniqueConstraint("application_id", name=op.f("uq_fair_lots_application_id")),
    )
    op.create_index("ix_fair_lots_draw_id", "fair_lots", ["draw_id"])


def _places() -> None:
    op.create_table(
        "fair_places",
        _whole("id"),
        _whole("call_id"),
        _whole("enterprise_id"),
        _kind("segment", *SEGMENTS),
        _kind("state", *STATES),
        *_references("fair_places", call_id="fair_calls", enterprise_id="enterprises"),
        sa.UniqueConstraint(
            "call_id", "enterprise_id", name=op.f("uq_fair_places_call_id_enterprise_id")
        ),
    )
    op.create_index("ix_fair_places_enterprise_id", "fair_places", ["enterprise_id"])
    op.create_table(
        "fair_place_moves",
        _whole("id"),
        _whole("place_id"),
        _kind("kind", *MOVES),
        _text("reason"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _instant("moved_at"),
        sa.CheckConstraint(
            "kind NOT IN ('given', 'taken_back') OR reason <> ''",
            name=op.f("ck_fair_place_moves_staff_say_why"),
        ),
        *_references("fair_place_moves", place_id="fair_places", by_id="users"),
    )
    op.create_index("ix_fair_place_moves_place_id", "fair_place_moves", ["place_id"])
    op.create_table(
        "fair_attendances",
        _whole("id"),
        _whole("fair_id"),
        _whole("enterprise_id"),
        _kind("mark", "present", "excused", "absent"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _instant("marked_at"),
        *_references(
            "fair_attendances", fair_id="fairs", enterprise_id="enterprises", by_id="users"
        ),
        sa.UniqueConstraint(
            "fair_id", "enterprise_id", name=op.f("uq_fair_attendances_fair_id_enterprise_id")
        ),
    )
    op.create_index("ix_fair_attendances_enterprise_id", "fair_attendances", ["enterprise_id"])


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _kind(name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, length=32)
    return sa.Column(name, kind, nullable=False)


def _references(table: str, **targets: str) -> list[sa.Constraint]:
    keys = [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))
        for name, to in targets.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def downgrade() -> None:
    """Lose calls, draws and attendance; who has a stall stays an exhibitor."""
    for table in (
        "fair_attendances",
        "fair_place_moves",
        "fair_places",
        "fair_lots",
        "fair_draws",
        "fair_applications",
        "fair_calls",
    ):
        op.drop_table(table)
