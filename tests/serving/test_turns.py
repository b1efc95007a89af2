"""Whose turn it is to answer, told without a clock: a thread that would wait says so instead."""

from threading import Condition, get_ident

import pytest

from serving import turns as module
from serving.turns import PATIENCE_SECONDS, Turns


class WouldWaitError(Exception):
    """The thread would wait for its turn."""


class Awake:
    def __init__(self):
        self.called = False

    def wait(self):
        raise WouldWaitError

    def notify(self):
        self.called = True


class Task:
    def __init__(self, answer=lambda: None):
        self.answered_by, self._answer = [], answer

    def service(self):
        self.answered_by.append(get_ident())
        self._answer()

    def cancel(self):
        raise AssertionError("it was to be answered")


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_to(seconds):
        monkeypatch.setattr(module.time, "monotonic", lambda: seconds)

    set_to(100.0)
    return set_to


@pytest.fixture
def turns(at):
    """Three requests that nobody answers yet."""
    made = Turns()
    for name in ("first", "second", "third"):
        made.add_task(name)
    return made


def would_wait(turns, thread_no, awake=None):
    with pytest.raises(WouldWaitError):
        turns.taken_by(thread_no, awake or Awake())
    return True


class TestATurn:
    def test_is_of_one_thread_at_a_time(self, turns):
        assert turns.taken_by(1, Awake()) == "first"
        assert would_wait(turns, 2)

    def test_is_followed_by_another_of_the_same_thread(self, turns):
        taken = [turns.taken_by(1, Awake()) for _ in range(3)]
        assert taken == ["first", "second", "third"]
        assert would_wait(turns, 1)

    def test_is_kept_as_long_as_a_page_takes(self, turns, at):
        turns.taken_by(1, Awake())
        at(100.0 + PATIENCE_SECONDS / 2)
        assert turns.relieve()
        assert would_wait(turns, 2)

    def test_passes_on_when_its_thread_is_long_at_it(self, turns, at):
        turns.taken_by(1, Awake())
        at(100.1 + PATIENCE_SECONDS)
        assert turns.relieve()
        assert turns.taken_by(2, Awake()) == "second"

    def test_is_not_taken_from_who_has_it_by_who_had_it(self, turns, at):
        turns.taken_by(1, Awake())
        at(100.1 + PATIENCE_SECONDS)
        turns.relieve()
        turns.taken_by(2, Awake())
        assert would_wait(turns, 1)
        assert would_wait(turns, 3)

    def test_passes_on_to_nobody_when_nothing_waits(self, at):
        turns = Turns()
        turns.add_task("only")
        turns.taken_by(1, Awake())
        at(200.0)
        assert not turns.relieve()

    def test_goes_to_the_thread_that_answered_last(self):
        turns, long_idle, idle = Turns(), Awake(), Awake()
        would_wait(turns, 1, long_idle)
        would_wait(turns, 2, idle)
        turns.add_task("first")
        assert (long_idle.called, idle.called) == (False, True)

    def test_wakes_nobody_while_another_has_it(self, turns):
        idle = Awake()
        turns.taken_by(1, Awake())
        would_wait(turns, 2, idle)
        turns.add_task("fourth")
        assert not idle.called


class TestThreads:
    def test_answer_each_request_once_and_stop(self):
        turns, tasks, over = Turns(), [Task() for _ in range(50)], Condition()

        def say():
            with over:
                over.notify()

        turns.set_thread_count(4)
        with over:
            for task in [*tasks, Task(say)]:
                turns.add_task(task)
            assert over.wait(60)
        assert turns.shutdown(timeout=60)
        assert not turns.threads
        assert [len(task.answered_by) for task in tasks] == [1] * 50

    def test_outlive_what_they_could_not_answer(self, caplog):
        turns, over = Turns(), Condition()

        def fail():
            raise LookupError("not to be found")

        def say():
            with over:
                over.notify()

        turns.set_thread_count(1)
        with over:
            turns.add_task(Task(fail))
            turns.add_task(Task(say))
            assert over.wait(60)
        turns.shutdown(timeout=60)
        assert "not to be found" in caplog.text
