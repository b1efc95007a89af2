"""What is kept ends when its time is over, not before, and only once."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import CodePurpose, LoginSession, OneTimeCode
from marketplace.core import imports, limits, privacy, queue, queue_state, retention
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.readings import Reading
from marketplace.core.rights import HOUSE, Person
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import LookupCode, Purchase, State
from marketplace.oversight.models.complaints import Stage
from marketplace.payments.models.events import ProviderEvent
from tests.factories.accounts import make_division, make_user, saved, saved_change
from tests.factories.clock import NOW
from tests.factories.complaints import make_complaint
from tests.factories.exports import make_export
from tests.factories.notifications import make_notice
from tests.factories.orders import make_order

SECOND = timedelta(seconds=1)


def make_job():
    facts = {"kind": "a", "key": "1", "args": {}, "made_at": NOW, "run_at": NOW, "done_at": NOW}
    return saved(Job(**facts))


def make_session():
    facts = {"user_id": make_user().id, "token_hash": "a", "made_at": NOW, "seen_at": NOW}
    return saved(LoginSession(**facts))


def make_code():
    facts = {"purpose": CodePurpose.RESET, "salt": "a", "code_hash": "a"}
    moments = {"made_at": NOW, "expires_at": NOW}
    return saved(OneTimeCode(user_id=make_user().id, **facts | moments))


def make_lookup():
    facts = {"salt": "a", "code_hash": "a", "made_at": NOW, "expires_at": NOW}
    return saved(LookupCode(purchase_id=make_order().purchase_id, **facts))


def make_reading():
    facts = {"role": "head", "kind": "person", "page": "a", "request_id": "a", "read_at": NOW}
    return saved(Reading(person_id=1, **facts))


def make_event():
    facts = {"event_id": "evt_1", "kind": "a", "object_id": "pi_1", "happened_at": NOW}
    return saved(ProviderEvent(**facts, received_at=NOW))


def make_closed_complaint():
    complaint, _code = make_complaint(make_division())
    return saved_change(complaint, stage=Stage.CLOSED, closed_at=NOW)


MAKERS = {
    "limited_uses": lambda: limits.count("a", "b", NOW),
    "jobs": make_job,
    "import_drafts": lambda: imports.keep("a", "b", b"", by=HOUSE, now=NOW),
    "readings": make_reading,
    "login_sessions": make_session,
    "one_time_codes": make_code,
    "notices": lambda: make_notice(made_at=NOW),
    "lookup_codes": make_lookup,
    "provider_events": make_event,
    "complaints": make_closed_complaint,
    "sales_exports": lambda: make_export(make_division()),
}


def end(name, now):
    return retention.end_some(name, now=now)


def over(name):
    return NOW + retention.rules[name].kept


class TestRules:
    def test_each_is_tried_here(self):
        assert {*MAKERS, "purchases"} == set(retention.rules)

    @pytest.mark.parametrize("name", MAKERS)
    def test_ends_a_row_when_its_time_is_over_and_not_before(self, name):
        MAKERS[name]()

        assert end(name, over(name)) == 0
        assert end(name, over(name) + SECOND) == 1
        assert end(name, over(name) + SECOND) == 0

    def test_each_is_told_to_those_who_run_it(self):
        page = Path(__file__).parents[2] / "docs/running.md"
        told = re.findall(r"^\| `(\w+)` \| (\d+) \|", page.read_text("utf-8"), re.MULTILINE)
        assert dict(told) == {name: str(rule.kept.days) for name, rule in retention.rules.items()}


class TestApply:
    def test_goes_on_batch_by_batch_and_again_does_nothing(self, monkeypatch):
        monkeypatch.setattr(retention, "BATCH", 2)
        for _ in range(5):
            make_reading()
        now = over("readings") + SECOND

        assert list(retention.apply(now)) == [2, 2, 1]
        assert list(retention.apply(now)) == []

    def test_a_clock_that_went_back_ends_nothing(self):
        make_reading()

        assert list(retention.apply(NOW - timedelta(days=9))) == []

    def test_leaves_the_tables_guarded(self):
        make_reading()
        list(retention.apply(over("readings") + SECOND))
        make_reading()

        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            retention.operation(lambda: db.session.execute(sa.delete(Reading)))()

    def test_is_a_job_of_every_day(self):
        assert queue.periods["core.retention"] == timedelta(days=1)
        queue.enqueue_periodic(now=NOW)
        queue.work_all(now=NOW)

        assert not db.session.scalars(queue_state.parked()).all()
        assert not db.session.scalars(sa.select(Job.error).where(Job.error != "")).all()


class TestPurchases:
    def finished(self, **given):
        order = make_order(**given)
        saved_change(order, state=State.CANCELLED)
        return order.purchase_id

    def name_of(self, purchase_id):
        db.session.expire_all()
        return db.session.get(Purchase, purchase_id).buyer_name

    def test_empties_who_bought_and_keeps_the_sale(self):
        purchase_id = self.finished()
        facts = db.session.scalar(sa.select(sa.func.count()).select_from(SaleFact))
        now = over("purchases") + timedelta(days=1)

        assert end("purchases", now) == 1
        assert end("purchases", now) == 0

        assert self.name_of(purchase_id) == privacy.ERASED
        assert db.session.get(Purchase, purchase_id).buyer_mobile == ""
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SaleFact)) == facts

    def test_leaves_who_has_an_account_and_what_is_not_finished(self):
        kept = [self.finished(by=Person(make_user().id)), make_order().purchase_id]

        assert end("purchases", over("purchases") + timedelta(days=1)) == 0

        assert privacy.ERASED not in map(self.name_of, kept)


class TestCommand:
    def test_tells_what_is_due_and_ends_nothing(self, app):
        make_reading()
        saved_old = saved(
            Reading(
                person_id=1,
                role="",
                kind="",
                page="",
                request_id="",
                read_at=NOW - timedelta(days=3 * 365),
            )
        )

        told = app.test_cli_runner().invoke(args=["retention"]).output

        assert re.search(r"^readings +730 days +1 due", told, re.MULTILINE)
        assert db.session.get(Reading, saved_old.id)
