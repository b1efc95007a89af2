import threading

import pytest

from marketplace.core import breaker
from marketplace.core.breaker import MOST_FAILURES, Away, Breaker


def fail(guarded, times=1):
    for _try in range(times):
        with pytest.raises(Away), guarded.call():
            raise OSError


@pytest.fixture
def guarded():
    return Breaker(slots=1, failures=(OSError,))


@pytest.fixture
def later(monkeypatch):
    """Move the clock of durations on."""
    told = [100.0]
    monkeypatch.setattr(breaker.time, "monotonic", lambda: told[0])
    return lambda seconds: told.append(told.pop() + seconds)


class TestBreaker:
    def test_asks_again_after_some_failures(self, guarded):
        fail(guarded, MOST_FAILURES - 1)
        with guarded.call():
            pass
        fail(guarded, MOST_FAILURES - 1)
        with guarded.call():
            pass

    def test_calls_nobody_after_many(self, guarded, later):
        fail(guarded, MOST_FAILURES)
        later(29)

        with pytest.raises(Away), guarded.call():
            pytest.fail("called")

    def test_lets_one_try_later_and_all_when_that_went_well(self, guarded, later):
        fail(guarded, MOST_FAILURES)
        later(31)

        with guarded.call(), pytest.raises(Away):
            guarded._ask()
        guarded._ask()

    def test_rests_again_when_that_failed(self, guarded, later):
        fail(guarded, MOST_FAILURES)
        later(31)
        fail(guarded)
        later(29)

        with pytest.raises(Away), guarded.call():
            pytest.fail("called")

    def test_minds_no_other_errors(self, guarded):
        for _try in range(MOST_FAILURES):
            with pytest.raises(LookupError), guarded.call():
                raise LookupError
        with guarded.call():
            pass

    def test_keeps_others_waiting_no_longer_than_a_moment(self, guarded, monkeypatch):
        monkeypatch.setattr(breaker, "PATIENCE_SECONDS", 0.01)
        inside, leave = threading.Event(), threading.Event()

        def stay():
            with guarded.call():
                inside.set()
                leave.wait(10)

        slow = threading.Thread(target=stay)
        slow.start()
        inside.wait(10)
        with pytest.raises(Away), guarded.call():
            pytest.fail("called")
        leave.set()
        slow.join()
        with guarded.call():
            pass
