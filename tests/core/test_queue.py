import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, failpoints, queue, queue_state, transactions
from marketplace.core.database import db, operation
from marketplace.core.queue import LEASE, TRIES, Job, enqueue, job, work_once
from tests.factories.clock import NOW

done = []
KIND, ALL = "tests.note", sa.select(Job)


@job(KIND)
def note(word):
    done.append((word, db.session().info.get("operation", "no operation")))
    if word == "bad":
        raise LookupError("Ana Souza")


@operation
def ask(word, key="", then=None, run_at=NOW):
    enqueue(KIND, {"word": word}, key=key or word, run_at=run_at)
    if then:
        raise then


@pytest.fixture(autouse=True)
def nothing_done():
    done.clear()


def words():
    return [word for word, _ in done]


def only_job():
    db.session.expire_all()
    (found,) = db.session.scalars(sa.select(Job))
    return found


class TestDrop:
    @operation
    def dropped(self, key):
        queue.drop(KIND, key, now=NOW)

    def test_is_done_no_more(self):
        ask("taken over")
        ask("other")
        self.dropped("taken over")

        assert queue.work_all(now=NOW) == 1
        assert words() == ["other"]

    def test_leaves_what_is_being_done_to_its_worker(self):
        ask("begun")
        queue.claim("busy", now=NOW)
        self.dropped("begun")

        assert only_job().done_at is None

    def test_is_a_part_of_an_operation(self):
        with pytest.raises(RuntimeError):
            queue.drop(KIND, "any", now=NOW)


class TestEnqueue:
    def test_happens_with_the_operation(self):
        ask("kept")
        with pytest.raises(LookupError):
            ask("undone", then=LookupError())

        assert queue.work_all(now=NOW) == 1
        assert words() == ["kept"]

    def test_is_once_per_key_even_when_done(self):
        ask("first", key="same")
        ask("second", key="same")
        queue.work_all(now=NOW)
        ask("third", key="same")

        assert queue.work_all(now=NOW) == 0
        assert words() == ["first"]

    def test_waits_until_it_is_time(self):
        ask("later", run_at=NOW + timedelta(seconds=1))

        assert not work_once(worker="a", now=NOW)
        assert work_once(worker="a", now=NOW + timedelta(seconds=1))

    def test_belongs_into_an_operation(self):
        with pytest.raises(RuntimeError, match="operation"):
            enqueue(KIND, {}, key="x", run_at=NOW)


class TestWorkOnce:
    def test_does_the_longest_due_first_outside_of_any_operation(self):
        ask("young")
        ask("old", run_at=NOW - timedelta(hours=1))

        queue.work_all(now=NOW)

        assert done == [("old", "no operation"), ("young", "no operation")]

    def test_forgets_what_it_was_about_when_done(self):
        ask("said")
        queue.work_all(now=NOW)

        assert (only_job().args, only_job().done_at is None) == ({}, False)

    def test_leaves_other_jobs_alone_when_one_fails(self):
        ask("bad")
        ask("good")

        assert queue.work_all(now=NOW) == 2
        assert words() == ["bad", "good"]

    def test_tries_again_later_and_keeps_nothing_that_the_error_said(self):
        ask("bad")
        queue.work_all(now=NOW)

        assert only_job().run_at > NOW
        assert only_job().error.startswith("LookupError | tests/core/test_queue.py")
        assert "Souza" not in only_job().error

    def test_parks_after_the_last_try_and_gives_all_tries_again_when_asked(self):
        ask("bad")
        for hours in range(20):
            work_once(worker="a", now=NOW + timedelta(days=3, hours=7 * hours))

        assert len(done) == TRIES
        (parked,) = db.session.scalars(queue_state.parked())
        queue.retry(parked.id, now=NOW)
        assert work_once(worker="a", now=NOW)

    def test_touches_no_kind_that_nobody_handles(self, monkeypatch):
        ask("kept")
        monkeypatch.delitem(queue.handlers, KIND)

        assert not work_once(worker="a", now=NOW)


class TestTheEnd:
    @pytest.mark.parametrize("leaves", [False, True])
    def test_is_on_the_disk_at_once_only_of_what_told_somebody_outside(self, leaves, monkeypatch):
        monkeypatch.setattr(queue, "leaving", {KIND} if leaves else set())
        waited = []

        def listen(session, name, _notes):
            waited.append((name, session.info["synced"]))

        monkeypatch.setattr(transactions, "before_commit", [listen])
        ask("one")
        waited.clear()

        work_once(worker="w", now=NOW)

        assert waited[-1] == (("finish_sent", True) if leaves else ("finish", False))


class TestEndWithThis:
    @pytest.fixture
    def one(self, monkeypatch):
        """Have a job that does one thing and ends with it, unless ``fails``."""
        fails = []

        @operation
        def act(word):
            ask(f"of {word}")
            queue.end_with_this()
            if fails:
                raise fails[0]

        monkeypatch.setitem(queue.handlers, "tests.one", act)
        operation(lambda: enqueue("tests.one", {"word": "it"}, key="it", run_at=NOW))()
        return fails

    def state(self):
        db.session.expire_all()
        return {job.key: (job.attempts, job.done_at is None) for job in db.session.scalars(ALL)}

    def test_ends_with_what_the_job_does_and_claims_the_next(self, one, monkeypatch):
        committed = []
        monkeypatch.setattr(
            transactions, "before_commit", [lambda _session, name, _notes: committed.append(name)]
        )

        assert queue.work_all(now=NOW) == 2
        assert (words(), committed) == (["of it"], ["claim", "act", "finish"])
        assert self.state() == {"it": (1, False), "of it": (1, False)}

    def test_is_undone_with_what_failed(self, one):
        one.append(LookupError())

        assert queue.work_all(now=NOW) == 1
        assert self.state() == {"it": (1, True)}

    def test_leaves_what_another_has_by_now(self, one):
        job_id, kind, args, attempt = queue.claim("slow", now=NOW)
        queue.claim("other", now=NOW + 2 * LEASE)

        queue._do((job_id, kind, args, attempt), "slow", NOW)

        assert self.state() == {"it": (2, True), "of it": (0, True)}

    def test_ends_nothing_outside_of_a_job(self, one):
        queue.handlers["tests.one"]("that")

        assert self.state() == {"it": (0, True), "of that": (0, True)}


class TestLease:
    def test_keeps_others_away_until_it_runs_out(self):
        ask("said")
        queue.claim("killed", now=NOW)

        assert not work_once(worker="b", now=NOW + LEASE)
        assert work_once(worker="b", now=NOW + LEASE + timedelta(seconds=1))

    def test_is_lost_by_who_was_too_slow(self):
        ask("said")
        job_id = queue.claim("slow", now=NOW)[0]
        queue.claim("other", now=NOW + 2 * LEASE)

        queue.finish(job_id, "slow", now=NOW)

        assert only_job().done_at is None

    def test_is_followed_by_the_next_as_it_ends(self):
        ask("first")
        ask("second")
        job_id = queue.claim("a", now=NOW)[0]

        _id, kind, args, attempt = queue.finish(job_id, "a", now=NOW, next_at=NOW)

        assert (kind, args, attempt) == (KIND, {"word": "second"}, 1)
        assert queue.claim("b", now=NOW) is None

    def test_is_renewed_by_a_long_handler(self, monkeypatch):
        def long(word):
            queue.renew(now=NOW + LEASE)
            assert only_job().lease_until == NOW + 2 * LEASE

        monkeypatch.setitem(queue.handlers, KIND, long)
        ask("said")

        assert queue.work_all(now=NOW) == 1
        assert only_job().done_at

    def test_parks_what_always_takes_its_worker_down(self):
        ask("killer")
        for turn in range(TRIES):
            assert queue.claim("killed", now=NOW + 2 * turn * LEASE)

        later = NOW + 2 * TRIES * LEASE
        assert queue.claim("killed", now=later) is None
        queue.park_killers(now=later)
        assert only_job().parked_at == later

    def test_does_a_job_again_whose_worker_ended_before_saying_so(self):
        ask("said")
        with failpoints.before("queue.finish", end), pytest.raises(SystemExit):
            work_once(worker="killed", now=NOW)

        work_once(worker="b", now=NOW + 2 * LEASE)

        assert words() == ["said", "said"]
        assert only_job().done_at


def end():
    raise SystemExit


class TestPeriods:
    def test_bring_one_job_each_however_often_they_are_looked_at(self, monkeypatch):
        monkeypatch.setattr(queue, "periods", {KIND: timedelta(minutes=1)})
        for seconds in (0, 1, 59, 60, 61):
            queue.enqueue_periodic(now=NOW + timedelta(seconds=seconds))

        keys = db.session.scalars(sa.select(Job.key).order_by(Job.key)).all()
        assert keys == ["2026-11-23T14:00:00+00:00", "2026-11-23T14:01:00+00:00"]


class TestSweep:
    def test_removes_what_was_done_long_ago(self):
        ask("said")
        queue.work_all(now=NOW)
        done_at = only_job().done_at

        queue.sweep(now=done_at + queue.KEPT)
        assert only_job()
        queue.sweep(now=done_at + queue.KEPT + timedelta(seconds=1))
        assert not list(db.session.scalars(sa.select(Job)))


class TestWorkers:
    def test_share_the_work_without_doing_any_twice(self, open_house):
        for number in range(40):
            ask(f"word {number}")
        db.session.remove()

        def work(name):
            with open_house.app_context():
                queue.work_all(worker=name, now=NOW)

        workers = [threading.Thread(target=work, args=[f"w{number}"]) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert sorted(words()) == sorted(f"word {number}" for number in range(40))

    def test_stop_when_told(self, open_house):
        ask("said")
        stop = threading.Event()
        stop.set()

        queue.work_until(stop)

        assert words() == []

    def test_begin_nothing_more_once_told_to_stop(self, open_house, monkeypatch):
        stop = threading.Event()
        monkeypatch.setitem(queue.handlers, KIND, lambda word: stop.set())
        ask("first", run_at=clock.now())
        ask("second", run_at=clock.now())

        queue.work_until(stop)

        left = sa.select(Job.key, Job.lease_until).where(Job.kind == KIND, Job.done_at.is_(None))
        assert db.session.execute(left).all() == [("second", None)]

    def test_do_what_is_due_on_command(self, open_house):
        ask("said", run_at=clock.now())

        open_house.test_cli_runner().invoke(args=["worker", "--once"])

        assert words() == ["said"]
