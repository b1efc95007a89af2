"""Every operation and every job, ended at each of its points: nothing half done, and done again."""

import pytest

from marketplace.core import clock, queue
from marketplace.core.database import db, operation, operations
from marketplace.core.limits import Use
from tests.campaigns.crashing import Rehearsal, Ways
from tests.factories.clock import NOW
from tests.factories.orders import make_accepted


def test_a_worker_may_end_anywhere():
    """Claim, handler, finish: what it held is done by the next, once the lease is over."""
    make_accepted()
    ways, now = Ways(), clock.now()

    def work(at):
        return lambda: queue.work_all(now=at)

    Rehearsal(ways, "worker", work(now), again=work(now + 2 * queue.LEASE)).hold(whole=False)

    assert ways.faults == []
    assert ways.crashes["worker"] > 20


class TestControl:
    """What breaks the rules on purpose is found."""

    def test_finds_an_operation_that_keeps_its_first_half(self):
        @operation
        def halves():
            use("first")
            db.session.commit()
            use("second")

        with pytest.raises(AssertionError, match="half done"):
            Rehearsal(Ways(), "halves", halves).hold(whole=True)

    def test_finds_a_job_that_does_twice_what_it_did(self):
        @operation
        def keep(key):
            use(key)

        def handler():
            keep("first")
            keep("second")

        with pytest.raises(AssertionError, match="another end"):
            Rehearsal(Ways(), "handler", handler).hold(whole=False)

    def test_knows_an_operation_that_nobody_tried(self):
        @operation
        def forgotten():
            pass

        assert operations[f"{__name__}.{forgotten.__qualname__}"] is forgotten


def use(key):
    db.session.add(Use(kind="tests", key=key, at=NOW))
    db.session.flush()
