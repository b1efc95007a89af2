from datetime import datetime

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from marketplace.core.database import connection, db, note_on, operation, streamed
from marketplace.core.limits import Use
from tests.factories.clock import NOW


def kinds():
    db.session.rollback()  # forget whatever was not committed
    return list(db.session.scalars(sa.select(Use.kind).order_by(Use.kind)))


@operation
def add(kind):
    db.session.add(Use(kind=kind, key="", at=NOW))


@operation
def add_and_fail(kind):
    add(kind)
    raise LookupError


@operation
def add_both(first, second):
    add(first)
    with pytest.raises(LookupError):
        add_and_fail(second)


@operation(joins=True)
def add_as_part(kind, *, fails=False):
    add(kind)
    if fails:
        raise LookupError


@operation
def add_with_a_part(kind, **given):
    add(kind)
    add_as_part(f"part of {kind}", **given)


@operation
def add_past_the_session_and_fail(kind):
    connection().execute(sa.insert(Use), {"kind": kind, "key": "", "at": NOW})
    raise LookupError


@operation
def add_all(*added):
    connection()  # asked for before the others begin
    for kind in added:
        with pytest.raises(LookupError):
            add_past_the_session_and_fail(kind)
    connection().execute(sa.insert(Use), {"kind": "kept", "key": "", "at": NOW})


@operation
def rename_past_the_session_and_fail(use_id, kind):
    connection().execute(sa.update(Use).where(Use.id == use_id).values(kind=kind))
    note_on(Use, use_id, {"kind": kind})
    raise LookupError


@operation
def kind_after_a_rename_that_fails():
    add("one")
    use = db.session.scalars(sa.select(Use)).one()
    with pytest.raises(LookupError):
        rename_past_the_session_and_fail(use.id, "two")
    return use.kind


class TestOperation:
    def test_keeps_what_it_wrote(self):
        add("one")

        assert kinds() == ["one"]

    def test_undoes_it_all_when_it_raises(self):
        with pytest.raises(LookupError):
            add_and_fail("one")

        assert kinds() == []

    def test_a_refusal_inside_another_operation_undoes_only_itself(self):
        add_both("one", "two")

        assert kinds() == ["one"]

    def test_a_refusal_undoes_what_went_past_the_session_too(self):
        add_all("one", "two")

        assert kinds() == ["kept"]

    def test_a_refusal_undoes_what_objects_were_told_of_it(self):
        assert kind_after_a_rename_that_fails() == "one"

    def test_is_undone_with_a_part_that_refuses(self):
        with pytest.raises(LookupError):
            add_with_a_part("one", fails=True)

        assert kinds() == []

    def test_does_without_what_was_undone_with_a_part_of_it(self):
        @operation
        def add_all_but_one():
            with pytest.raises(LookupError):
                add_with_a_part("one", fails=True)
            add_with_a_part("two")

        add_all_but_one()

        assert kinds() == ["part of two", "two"]

    def test_keeps_no_half_of_a_part_whose_refusal_was_caught(self):
        @operation
        def add_in_spite():
            add("one")
            with pytest.raises(LookupError):
                add_as_part("two", fails=True)

        with pytest.raises(RuntimeError, match="caught"):
            add_in_spite()

        assert kinds() == []

    def test_takes_no_row_read_before_it_began(self):
        with pytest.raises(TypeError, match="takes ids"):
            add(Use(kind="one", key="", at=NOW))

    def test_cannot_become_stricter_inside_another(self):
        stricter = operation(isolation="SERIALIZABLE")(lambda: None)

        with pytest.raises(RuntimeError, match="outermost"):
            operation(lambda: stricter())()


class TestUTCDateTime:
    def test_refuses_a_naive_value(self):
        @operation
        def add_naive():
            db.session.add(Use(kind="one", key="", at=datetime(2030, 1, 1)))  # noqa: DTZ001

        with pytest.raises(sa.exc.StatementError, match="naive datetime"):
            add_naive()


def status():
    """Return where PostgreSQL stands with the session's connection."""
    return db.session.connection().connection.driver_connection.info.transaction_status


@pytest.mark.only("postgresql")
class TestReading:
    def test_leaves_no_transaction_open(self, open_house):
        db.session.scalars(sa.select(Use)).all()

        assert status() == TransactionStatus.IDLE

    def test_has_a_transaction_for_rows_that_come_in_parts(self, open_house):
        streamed(sa.select(Use.kind), batch=1).all()

        assert status() == TransactionStatus.INTRANS

    def test_is_no_way_to_write(self, open_house):
        """What an operation does is one transaction, whatever was read before it."""
        db.session.scalars(sa.select(Use)).all()

        with pytest.raises(LookupError):
            add_and_fail("one")

        assert kinds() == []

    def test_gives_the_connection_back_as_it_was(self, open_house):
        db.session.scalars(sa.select(Use)).all()
        own = db.session.connection().connection.driver_connection
        db.session.remove()

        with db.engine.connect() as borrowed:
            borrowed.exec_driver_sql("SELECT 1")
            assert borrowed.connection.driver_connection is own
            assert own.info.transaction_status == TransactionStatus.INTRANS

    def test_opens_another_connection_where_the_server_ended_one(self, open_house):
        pid = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.remove()
        with psycopg.connect(dsn(), autocommit=True) as another:
            another.execute("SELECT pg_terminate_backend(%s, 9000)", [pid])

        assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != pid

    def test_keeps_a_connection_on_which_the_server_only_said_something(self, open_house):
        pid = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.connection().exec_driver_sql("LISTEN chatter")
        db.session.remove()
        with psycopg.connect(dsn(), autocommit=True) as another:
            another.execute("NOTIFY chatter")

        assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) == pid


def test_rows_that_come_in_parts_leave_the_connection_as_it_was(open_house):
    add("one")
    add("two")

    found = streamed(sa.select(Use.kind).order_by(Use.kind), batch=1)

    assert [row.kind for row in found] == ["one", "two"]
    db.session.remove()
    assert kinds() == ["one", "two"]
    add("three")
    assert len(kinds()) == 3


def dsn():
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@operation(synced=False)
def add_what_may_be_lost(kind):
    db.session.add(Use(kind=kind, key="", at=NOW))
    return waited_for()


@operation
def add_and_wait(kind):
    add_what_may_be_lost(kind)
    return waited_for()


@operation(synced=False)
def forget_to_wait(kind):
    add(kind)


def waited_for():
    """Return what the database says of the disk: whether this commit waits for it."""
    if db.engine.dialect.name == "sqlite":
        return db.session.scalar(sa.text("PRAGMA synchronous")) == 2
    said_by = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
    return db.session.scalar(sa.text(said_by)) != "session"


class TestTheDisk:
    def test_is_not_waited_for_where_a_power_cut_may_undo(self, open_house):
        assert not add_what_may_be_lost("one")
        assert kinds() == ["one"]

    def test_is_waited_for_by_all_others_on_the_same_connection(self, open_house):
        add_what_may_be_lost("one")

        assert add_and_wait("two")
        assert kinds() == ["one", "two"]

    def test_is_not_forgotten_by_who_calls(self, open_house):
        with pytest.raises(RuntimeError, match="must not be lost"):
            forget_to_wait("one")

        assert kinds() == []
