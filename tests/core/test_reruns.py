"""When an operation runs again: each refusal below is what a driver raises."""

import pytest
import sqlalchemy as sa

from marketplace.core import database
from marketplace.core.database import db, operation
from marketplace.core.errors import Busy
from marketplace.core.limits import Use
from tests.core.test_database import kinds
from tests.factories.clock import NOW


class Refusal(Exception):
    """PostgreSQL tells a state, SQLite a name."""

    def __init__(self, sqlstate=None, sqlite_errorname=""):
        self.sqlstate, self.sqlite_errorname = sqlstate, sqlite_errorname


CONTENTION = [Refusal("40001"), Refusal("40P01"), Refusal("55P03")] + [
    Refusal(None, name) for name in ("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT")
]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(database, "PAUSE_SECONDS", (0, 0))


@operation
def add(kind, refusals):
    """Count a use; then meet the next of these refusals, if any is left."""
    db.session.add(Use(kind=kind, key="", at=NOW))
    db.session.flush()
    if refusals:
        raise sa.exc.DBAPIError("", {}, refusals.pop())


@operation
def add_inside(kind, refusals, runs):
    runs.append(kind)
    add(kind, refusals)


class TestOperation:
    @pytest.mark.parametrize("refusal", CONTENTION, ids=lambda r: r.sqlstate or r.sqlite_errorname)
    def test_runs_again_from_the_start_after_contention(self, refusal):
        add("one", refusals := [refusal] * 3)

        assert (kinds(), refusals) == (["one"], [])

    def test_is_busy_after_three_more_runs(self):
        with pytest.raises(Busy):
            add("one", refusals := CONTENTION[:1] * 9)

        assert (kinds(), 9 - len(refusals)) == ([], 4)

    def test_never_runs_a_broken_rule_again(self):
        with pytest.raises(sa.exc.DBAPIError):
            add("one", refusals := [Refusal("23505")] * 9)

        assert 9 - len(refusals) == 1

    def test_inside_another_it_leaves_the_rerun_to_the_outermost(self):
        add_inside("one", CONTENTION[:1], runs := [])

        assert (kinds(), runs) == (["one"], ["one", "one"])

    def test_answers_503_and_says_when_to_come_back(self, visitor, house):
        @operation
        def crowded():
            raise sa.exc.DBAPIError("", {}, CONTENTION[0])

        house.view_functions["doors.open"] = crowded
        page = visitor.get("/doors/open")

        assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
