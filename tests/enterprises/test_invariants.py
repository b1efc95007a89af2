"""Each rule is broken once, by hand, and found."""

from datetime import date

import pytest

from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.identifiers import PixKey
from marketplace.core.rights import HOUSE
from marketplace.enterprises.invariants import named
from marketplace.enterprises.models import (
    Access,
    DecisionKind,
    PixDecision,
    PixStep,
    Standing,
)
from marketplace.enterprises.operations import pix, vetting
from marketplace.enterprises.pix_keys import Pix
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_enterprise,
    make_facilitation,
    make_member,
    make_producer,
)


def leave_no_manager():
    return make_enterprise().id


def move_without_a_decision():
    _user, group = make_producer(standing=Standing.SENT)
    vetting.approve(group.id, by=HOUSE, now=NOW)
    group.standing = Standing.SUSPENDED
    return group.id


def decide_about_a_draft():
    group = make_enterprise(standing=Standing.DRAFT)
    group.decide(DecisionKind.SENT, by_id=None, now=NOW)
    group.standing = Standing.DRAFT
    return group.id


def leave_with_access():
    _user, group = make_producer()
    group.members[0].left_on = date(2026, 2, 1)
    return group.members[0].id


def leave_before_joining():
    group = make_enterprise()
    return make_member(group, joined_on=date(2026, 2, 1), left_on=date(2026, 1, 1)).id


def end_a_pause_early():
    return make_enterprise(paused_from=date(2026, 2, 2), paused_until=date(2026, 2, 1)).id


def forget_the_kind_of_key():
    return make_enterprise(pix_key="a@example.com").id


def put_another_key_in_its_place():
    _user, group = make_producer()
    pix.change_pix(group.id, PixKey("email", "a@example.com"), holder="G", by=HOUSE, now=NOW)
    group.pix_key = "b@example.com"
    return group.id


def await_a_key_nobody_asked_for():
    group = make_enterprise()
    group.await_pix(Pix("a@example.com", "email", "A"), counts_at=NOW)
    return group.id


def let_another_key_count_at_once():
    _user, group = make_producer()
    for key in ("a@example.com", "b@example.com"):
        facts = {"step": PixStep.ASKED, "key": key, "key_kind": "email", "holder": "G"}
        asked = PixDecision(enterprise=group, decided_at=NOW, counts_at=NOW, **facts)
        db.session.add(asked)
        db.session.flush()
    return asked.id


def help_twice():
    user, group = make_user(), make_enterprise()
    make_facilitation(user, group)
    return make_facilitation(user, group).id


BREAKS = {
    "vetted_has_a_manager": leave_no_manager,
    "standing_follows_the_last_decision": move_without_a_decision,
    "draft_was_never_decided": decide_about_a_draft,
    "who_left_has_no_access": leave_with_access,
    "nobody_leaves_before_joining": leave_before_joining,
    "pause_ends_after_it_begins": end_a_pause_early,
    "pix_key_has_a_kind": forget_the_kind_of_key,
    "pix_is_what_was_decided": put_another_key_in_its_place,
    "only_the_first_pix_key_counts_at_once": let_another_key_count_at_once,
    "a_facilitator_helps_once": help_twice,
}


def found():
    db.session.commit()
    return {rule: ids for rule, ids in invariants.broken().items() if rule in named}


class TestInvariants:
    def test_hold_for_a_group_that_was_vetted(self):
        _user, group = make_producer(standing=Standing.SENT)
        make_producer(access="member", enterprise=group)
        vetting.approve(group.id, by=HOUSE, now=NOW)
        vetting.suspend(group.id, reason="Denúncia", by=HOUSE, now=NOW)

        assert found() == {}

    @pytest.mark.parametrize("rule", BREAKS)
    def test_find_what_breaks_them(self, rule):
        broken = BREAKS[rule]()

        assert broken in found()[f"enterprises.{rule}"]

    def test_find_a_key_that_waits_though_nobody_asked_for_it(self):
        broken = await_a_key_nobody_asked_for()

        assert broken in found()["enterprises.pix_is_what_was_decided"]

    def test_hold_while_a_pix_key_waits_after_it_and_when_it_is_cancelled(self):
        _user, group = make_producer()
        first, second = (PixKey("email", f"{who}@example.com") for who in "ab")
        by = {"holder": "G", "reason": "a", "by": HOUSE}
        pix.change_pix(group.id, first, **by, now=NOW)
        pix.change_pix(group.id, second, **by, now=NOW)
        assert found() == {}
        pix.change_pix(group.id, first, **by, now=NOW + pix.WAIT)
        assert found() == {}
        pix.cancel_pix_change(group.id, reason="a", by=HOUSE, now=NOW + pix.WAIT)

        assert found() == {}

    def test_are_all_tried(self):
        assert {f"enterprises.{rule}" for rule in BREAKS} == set(named)

    def test_let_a_producer_who_only_opens_the_till_be(self):
        _user, group = make_producer()
        make_member(group, user=make_user(), access=Access.STALL_TILL)

        assert found() == {}
