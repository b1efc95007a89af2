import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from marketplace.core import audit, clock, health
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from tests.core.test_queue import ask


@operation
def stamp():
    history = ScriptDirectory("migrations")
    MigrationContext.configure(db.session.connection()).stamp(history, "head")


@operation
def go_back():
    db.session.execute(sa.text("INSERT INTO alembic_version VALUES ('another')"))


@operation
def act(now):
    audit.record("tried", by=HOUSE, now=now)


@pytest.fixture
def well(app):
    stamp()


def faults():
    return health.faults(clock.now())


class TestFaults:
    def test_are_none_when_all_is_well(self, well):
        ask("soon", run_at=clock.now() - timedelta(minutes=4))

        assert faults() == []

    def test_tell_of_a_schema_that_is_not_the_newest(self, well):
        go_back()

        assert faults() == ["schema"]

    def test_tell_of_a_worker_that_is_not_at_work(self, well):
        ask("late", run_at=clock.now() - timedelta(minutes=6))

        assert faults() == ["queue"]

    def test_tell_of_a_full_disk(self, well, monkeypatch):
        full = SimpleNamespace(total=100, free=5)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)

        assert faults() == ["disk"]

    def test_tell_of_a_clock_that_went_back(self, well):
        act(clock.now() + timedelta(minutes=2))

        assert faults() == ["clock"]


class TestDoors:
    def test_say_ok(self, client, well):
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, "ok\n")

    def test_say_no_more_when_something_is_amiss(self, client, well):
        ask("late", run_at=clock.now() - timedelta(minutes=6))

        answer = client.get("/readyz")

        assert (answer.status_code, answer.text) == (503, "not ok\n")

    def test_say_so_when_there_is_no_database(self, visitor):
        assert visitor.get("/readyz").status_code == 503
        assert visitor.get("/healthz").status_code == 200
