import pytest
import sqlalchemy as sa

from marketplace.core import failpoints
from marketplace.core.database import db
from marketplace.core.limits import Use
from tests.core.test_database import add, kinds


class Crash(Exception):
    pass


def crash():
    raise Crash


class TestPoint:
    def test_is_nothing_unless_a_test_steps_in(self):
        failpoints.point("anywhere")

        assert "anywhere" not in failpoints.seen

    def test_lets_a_rival_run_first(self):
        steps = []
        with failpoints.before("add.commit", lambda: steps.append(kinds_seen())):
            add("one")

        assert steps == [["one"]]

    def test_undoes_the_operation_that_fails_there(self):
        with failpoints.before("add.commit", crash), pytest.raises(Crash):
            add("one")

        assert kinds() == []

    def test_keeps_what_was_committed_before(self):
        with failpoints.before("add.committed", crash), pytest.raises(Crash):
            add("one")

        assert kinds() == ["one"]

    def test_can_watch_all_points(self):
        passed = []
        with failpoints.before("*", lambda: passed.append(1)):
            add("one")

        assert len(passed) == 3
        assert {"add.commit", "add.committed"} <= failpoints.seen

    def test_tells_its_name_to_who_watches(self):
        with failpoints.watching((passed := []).append):
            add("one")

        assert passed == ["tests.core.test_database.add", "add.commit", "add.committed"]


def kinds_seen():
    """Look from inside the operation, ending nothing."""
    return list(db.session.scalars(sa.select(Use.kind)))
