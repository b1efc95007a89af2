"""A changed Pix key waits 72 hours, is told to all managers, and any of them may cancel it."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from marketplace.core import privacy
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound, ProveFirst
from marketplace.core.identifiers import PixKey
from marketplace.core.queue import Job
from marketplace.core.rights import CODE, HOUSE, PASSWORD
from marketplace.enterprises import pix_history
from marketplace.enterprises.errors import (
    NoPixChange,
    NotOpenForChange,
    PixChangeWaits,
    ReasonNeeded,
    SamePix,
)
from marketplace.enterprises.models import Access, PixDecision, PixStep, Standing
from marketplace.enterprises.operations import pix
from marketplace.enterprises.pix_keys import Pix
from marketplace.notifications.messages import written
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_draft,
    make_facilitation,
    make_member,
    make_producer,
    person_of,
)

FIRST = PixKey("email", "grupo@example.com")
SECOND = PixKey("email", "outra@example.com")
HOURS_72 = timedelta(hours=72)
MOMENT = timedelta(microseconds=1)


def proven(user):
    return replace(person_of(user), proven=frozenset({PASSWORD, CODE}))


def change(user, group, key=SECOND, *, now=NOW, reason="Conta nova", by=None):
    by = by or proven(user)
    return pix.change_pix(group.id, key, holder="Grupo", reason=reason, by=by, now=now)


@pytest.fixture
def with_key():
    user, group = make_producer()
    change(user, group, FIRST, reason="", now=NOW - timedelta(days=30))
    return user, group


def notices():
    query = sa.select(Notice).order_by(Notice.id)
    return [(notice.user_id, notice.kind) for notice in db.session.scalars(query)]


class TestFirstKey:
    def test_counts_at_once_and_needs_no_reason(self):
        user, group = make_producer()

        asked = change(user, group, FIRST, reason="")

        assert group.pix_at(NOW) == Pix("grupo@example.com", "email", "Grupo")
        assert (asked.step, asked.counts_at, asked.by_id) == (PixStep.ASKED, NOW, user.id)
        assert notices() == [(user.id, "pix_first")]

    def test_is_not_the_one_given_after_a_key_was_given_up(self, with_key):
        user, group = with_key
        change(user, group, None)
        later = NOW + HOURS_72

        change(user, group, SECOND, now=later)

        assert group.pix_at(later) == Pix()
        assert group.pix_at(later + HOURS_72).key == SECOND.value


class TestChangedKey:
    def test_counts_after_72_hours_and_the_old_one_until_then(self, with_key):
        user, group = with_key

        change(user, group)

        db.session.expire_all()
        assert group.pix_at(NOW).key == FIRST.value
        assert group.pix_at(NOW + HOURS_72 - MOMENT).key == FIRST.value
        assert group.pix_at(NOW + HOURS_72) == Pix(SECOND.value, "email", "Grupo")

    def test_of_a_registration_waits_too(self):
        user, group = make_producer(pix_key="antes@example.com", pix_key_kind="email")

        change(user, group)

        assert group.pix_at(NOW).key == "antes@example.com"

    def test_is_told_at_once_to_all_who_manage_the_group_and_to_them_alone(self, with_key):
        user, group = with_key
        second = make_user(email="socorro@example.com")
        make_producer(enterprise=group, user=second)
        make_producer("member", enterprise=group)
        make_facilitation(make_user(), group)
        before = len(notices())

        change(user, group)

        told = notices()[before:]
        assert told == [(user.id, "pix_asked"), (second.id, "pix_asked")]
        letters = db.session.scalars(sa.select(Job).where(Job.kind == "core.mail")).all()
        assert [letter.args["to"] for letter in letters] == ["socorro@example.com"]
        notice = db.session.scalars(sa.select(Notice).order_by(Notice.id.desc()).limit(1)).one()
        text = written(notice.kind, notice.facts)
        assert user.name in text.whatsapp
        assert group.name in text.whatsapp
        assert SECOND.value not in str(notice.facts)

    def test_is_a_row_with_who_when_and_why(self, with_key):
        user, group = with_key

        asked = change(user, group, reason=" Conta nova ")

        assert pix_history.pix_decisions_of(group.id)[0] is asked
        assert (asked.by_id, asked.decided_at, asked.reason) == (user.id, NOW, "Conta nova")
        assert (asked.key, asked.counts_at) == (SECOND.value, NOW + HOURS_72)
        entry = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        assert entry.notes[0]["kind"] == "pix_asked"
        assert SECOND.value not in str(entry.notes)

    def test_needs_a_reason(self, with_key):
        with pytest.raises(ReasonNeeded):
            change(*with_key, reason=" ")

    def test_is_another_one(self, with_key):
        with pytest.raises(SamePix):
            change(*with_key, FIRST)

    def test_is_asked_for_once_at_a_time(self, with_key):
        user, group = with_key
        change(user, group)

        with pytest.raises(PixChangeWaits):
            change(user, group, PixKey("email", "c@example.com"), now=NOW + HOURS_72 - MOMENT)
        change(user, group, PixKey("email", "c@example.com"), now=NOW + HOURS_72)
        assert group.pix_at(NOW + HOURS_72).key == SECOND.value

    @pytest.mark.parametrize("shown", [frozenset(), {PASSWORD}, {CODE}])
    def test_needs_password_and_second_factor(self, with_key, shown):
        user, group = with_key
        by = replace(person_of(user), proven=frozenset(shown))

        with pytest.raises(ProveFirst):
            change(user, group, by=by)
        assert not group.pix_waits(NOW)

    def test_is_a_managers_alone(self, with_key):
        _user, group = with_key
        member, _same = make_producer("member", group)
        make_facilitation(helper := make_user(), group)
        stranger, _other = make_producer()

        for by in (member, helper, stranger):
            with pytest.raises(NotFound):
                change(by, group)

    def test_waits_for_the_approval(self):
        user, draft = make_draft(standing=Standing.IN_ANALYSIS)

        with pytest.raises(NotOpenForChange):
            change(user, draft)


class TestCancel:
    def cancel(self, user, group, now=NOW + HOURS_72 - MOMENT, reason="Não é nossa"):
        return pix.cancel_pix_change(group.id, reason=reason, by=person_of(user), now=now)

    def test_is_any_managers_even_without_a_second_factor(self, with_key):
        user, group = with_key
        second, _same = make_producer(enterprise=group)
        change(user, group)

        cancelled = self.cancel(second, group)

        assert group.pix_at(NOW + 2 * HOURS_72).key == FIRST.value
        assert (cancelled.step, cancelled.by_id, cancelled.key) == (
            *(PixStep.CANCELLED, second.id, SECOND.value),
        )
        assert notices()[-2:] == [(user.id, "pix_cancelled"), (second.id, "pix_cancelled")]

    def test_comes_too_late_once_the_key_counts(self, with_key):
        change(*with_key)

        with pytest.raises(NoPixChange):
            self.cancel(*with_key, now=NOW + HOURS_72)
        assert with_key[1].pix_at(NOW + HOURS_72).key == SECOND.value

    def test_needs_a_reason(self, with_key):
        change(*with_key)

        with pytest.raises(ReasonNeeded):
            self.cancel(*with_key, reason="")

    def test_is_no_members_or_facilitators(self, with_key):
        user, group = with_key
        change(user, group)
        member, _same = make_producer("member", group)
        make_facilitation(helper := make_user(), group)

        for by in (member, helper):
            with pytest.raises(NotFound):
                self.cancel(by, group)


class TestDecisions:
    def test_are_never_changed(self, with_key):
        @operation
        def change_history():
            db.session.execute(sa.update(PixDecision).values(key="x@example.com"))

        with pytest.raises(sa.exc.DBAPIError):
            change_history()

    def test_of_two_at_once_one_waits(self, open_house):
        first, group = make_producer()
        users = [first, make_producer(enterprise=group)[0]]
        pix.change_pix(group.id, FIRST, holder="Grupo", by=HOUSE, now=NOW - HOURS_72)
        people, group_id = [proven(user) for user in users], group.id
        db.session.remove()
        start, outcomes = Barrier(2), []

        def ask(number):
            key = PixKey("email", f"k{number}@example.com")
            with open_house.app_context():
                start.wait()
                try:
                    given = {"holder": "G", "reason": "a", "by": people[number], "now": NOW}
                    pix.change_pix(group_id, key, **given)
                    outcomes.append("waits")
                except PixChangeWaits:
                    outcomes.append("refused")

        threads = [Thread(target=ask, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["refused", "waits"]


class TestErasure:
    """Of somebody whose own key the group used, or was to use."""

    def erase(self, user, now):
        @operation
        def run():
            privacy.clear(privacy.subject("person", user.id), now=now)

        run()

    def group_of_two(self, key, next_key, now):
        leaver = make_user(email="lia@example.com")
        _stays, group = make_producer()
        make_member(group, user=leaver, access=Access.MEMBER)
        for each, when, reason in ((key, NOW - HOURS_72, ""), (next_key, now, "Banco")):
            given = {"holder": "G", "reason": reason, "by": HOUSE, "now": when}
            pix.change_pix(group.id, PixKey("email", each), **given)
        return leaver, group

    def said(self, group):
        rows = pix_history.pix_decisions_of(group.id)
        return {one.key for one in rows} | {one.holder for one in rows}

    def test_takes_the_key_in_use(self):
        leaver, group = self.group_of_two("lia@example.com", "nova@example.com", NOW)

        self.erase(leaver, NOW)

        assert group.pix_at(NOW).key == ""
        assert group.pix_at(NOW + HOURS_72).key == "nova@example.com"
        assert "lia@example.com" not in self.said(group)

    def test_calls_off_the_change_to_theirs(self):
        leaver, group = self.group_of_two("nossa@example.com", "lia@example.com", NOW)

        self.erase(leaver, NOW)

        assert group.pix_at(NOW + HOURS_72).key == "nossa@example.com"
        assert pix_history.pix_decisions_of(group.id)[0].step is PixStep.CANCELLED
        assert "lia@example.com" not in self.said(group)

    def test_takes_a_key_that_counts_by_now(self):
        leaver, group = self.group_of_two("nossa@example.com", "lia@example.com", NOW)

        self.erase(leaver, NOW + HOURS_72)

        assert group.pix_at(NOW + HOURS_72) == Pix()
        assert "lia@example.com" not in self.said(group)
