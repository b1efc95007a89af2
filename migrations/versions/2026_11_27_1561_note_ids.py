"""Never use the id of a note's move again, which the books keep: SQLite would."""

from alembic import op

revision = "2026_11_27_1561_note_ids"
down_revision = "2026_11_27_1570_withheld"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _copy(never_again=True)


def downgrade() -> None:
    _copy(never_again=False)


def _copy(*, never_again: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        how = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": never_again}}
        with op.batch_alter_table("note_moves", **how):
            pass
