"""Several threads at one row, with real commits: what the lock is for."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from marketplace.core import database, turns
from marketplace.core.database import db, operation
from marketplace.core.errors import Busy
from marketplace.core.finding import lock_one
from marketplace.core.queue import Job, enqueue
from tests.factories.clock import NOW

THREADS, TIMES = 8, 25


@operation
def add_job():
    enqueue("tests.counter", {}, key="counter", run_at=NOW)


@pytest.fixture
def job_id(open_house):
    add_job()
    job_id = db.session.scalar(sa.select(Job.id))
    db.session.rollback()  # end the read that told the id
    return job_id


@operation
def add_one(job_id):
    lock_one(sa.select(Job).where(Job.id == job_id)).attempts += 1


def attempts(job_id):
    return db.session.get(Job, job_id).attempts


class Watched:
    """A lock that says when somebody asks for it while another has it."""

    def __init__(self):
        self.lock, self.asked_again = threading.Lock(), threading.Event()

    def acquire(self, timeout):
        if not self.lock.acquire(blocking=False):
            self.asked_again.set()
            return self.lock.acquire(timeout=timeout)
        return True

    def release(self):
        self.lock.release()


about_the_one_write_lock = pytest.mark.only("sqlite")


def other_connection():
    return sqlite3.connect(db.engine.url.database, timeout=0, isolation_level=None)


def test_no_update_is_lost_by_those_who_read_first(open_house, job_id):
    def visit(_thread):
        with open_house.app_context():
            for _ in range(TIMES):
                assert attempts(job_id) >= 0  # as a page does, before it calls the operation
                add_one(job_id)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(visit, range(THREADS)))

    assert attempts(job_id) == THREADS * TIMES


@about_the_one_write_lock
def test_sqlite_takes_the_write_lock_before_anything_is_read(job_id):
    @operation
    def look():
        other = other_connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    look()


@about_the_one_write_lock
def test_sqlite_is_busy_while_another_writes_and_runs_once_it_is_done(job_id, monkeypatch):
    monkeypatch.setattr(database, "PAUSE_SECONDS", (0, 0))
    sa.event.listen(db.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=1"))
    db.session.remove()
    db.engine.dispose()
    (other := other_connection()).execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy):
        add_one(job_id)
    sa.event.listen(db.engine, "handle_error", lambda _: other.close())
    add_one(job_id)

    assert attempts(job_id) == 1


@about_the_one_write_lock
def test_writers_of_one_process_wait_for_their_turn_not_for_the_file(open_house, job_id):
    """With no patience for the file, who came second would be refused without turns."""
    sa.event.listen(db.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=0"))
    db.session.remove()
    db.engine.dispose()
    begun, go_on = threading.Event(), threading.Event()
    watched = turns.locks[db.engine] = Watched()

    @operation
    def write_slowly():
        lock_one(sa.select(Job).where(Job.id == job_id)).attempts += 1
        begun.set()
        assert go_on.wait(10)

    def inside(act, *words):
        with open_house.app_context():
            act(*words)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(inside, write_slowly)
        assert begun.wait(10)
        second = pool.submit(inside, add_one, job_id)
        assert watched.asked_again.wait(10)
        go_on.set()
        first.result()
        second.result()

    assert attempts(job_id) == 2
