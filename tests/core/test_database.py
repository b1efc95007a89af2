from datetime import datetime

import pytest
import sqlalchemy as sa

from marketplace.core.database import connection, db, operation
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
