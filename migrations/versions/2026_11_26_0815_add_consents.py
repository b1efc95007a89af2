"""Keep what people allowed, each answer as a row that is never changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0815_add_consents"
down_revision = "2026_11_26_0800_add_erasures"
branch_labels = None
depends_on = None

REFUSED = "BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER consents_append_only BEFORE UPDATE ON consents {REFUSED}",
        f"CREATE TRIGGER consents_kept_whole BEFORE DELETE ON consents {REFUSED}",
    ),
    "postgresql": (
        "CREATE TRIGGER consents_append_only BEFORE UPDATE OR DELETE ON consents"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER consents_kept_whole BEFORE TRUNCATE ON consents"
        " EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    purposes = ("news_by_whatsapp", "number_on_page")
    doors = ("sign_up", "desk", "group", "account")
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(*purposes, name="purpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "door", sa.Enum(*doors, name="door", native_enum=False, length=32), nullable=False
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_consents_by_id_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_user_id_purpose", "consents", ["user_id", "purpose", "id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_index("ix_consents_user_id_purpose", "consents")
    op.drop_table("consents")
