import pytest
import sqlalchemy as sa

from marketplace.core import guards
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from tests.core.test_audit import say, the_entry


@operation
def run(statement):
    db.session.execute(sa.text(statement))


@operation
def clear():
    with guards.lifted("audit_entries"):
        db.session.execute(sa.delete(Entry))


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entries SET role = 'head'",
            "DELETE FROM audit_entries",
            "DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)",
        ],
    )
    def test_refuses_to_change_what_was_written(self, statement):
        say("kept")

        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            run(statement)

        assert the_entry().role == "house"

    @pytest.mark.only("postgresql")  # SQLite has no TRUNCATE
    def test_refuses_to_empty_the_table(self):
        say("kept")

        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            run("TRUNCATE audit_entries CASCADE")


class TestLifted:
    def test_lets_rows_go_and_guards_what_comes_after(self):
        say("demonstration")
        clear()
        say("kept")

        assert the_entry().notes == [{"kind": "kept"}]
        with pytest.raises(sa.exc.IntegrityError):
            run("DELETE FROM audit_entries")


class TestMissing:
    def test_names_the_tables_whose_triggers_are_gone(self):
        assert guards.missing(db.session.connection()) == []
        with guards.lifted("audit_seals"):
            assert guards.missing(db.session.connection()) == ["audit_seals"]
