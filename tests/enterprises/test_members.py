from datetime import date, timedelta

import pytest

from marketplace.accounts.operations import codes
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries
from marketplace.enterprises.errors import (
    AlreadyMember,
    ManagerNeeded,
    NotOpenForChange,
    StepNotFlagged,
)
from marketplace.enterprises.models import Access, Member, Sex, Standing
from marketplace.enterprises.operations import members, vetting
from marketplace.enterprises.particulars import Newcomer
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_draft,
    make_enterprise,
    make_facilitation,
    make_member,
    make_producer,
    person_of,
)

TODAY = date(2026, 11, 23)
MOBILE = "+5592991234567"


def add(user, group, name="Socorro"):
    newcomer = Newcomer(name, Sex.FEMALE, "artesã")
    return members.add_member(group.id, newcomer, by=person_of(user), now=NOW)


def leave(user, member, left_on=TODAY):
    members.member_leaves(member.id, left_on=left_on, by=person_of(user), now=NOW)


class TestAddMember:
    def test_takes_them_in_from_today_without_access(self):
        user, group = make_producer()

        member = add(user, group)

        assert (member.joined_on, member.access) == (TODAY, Access.NONE)

    def test_gives_no_access_even_if_asked(self):
        user, group = make_producer()
        sly = Newcomer("Ana", Sex.FEMALE, user_id=user.id, access=Access.MANAGER)

        member = members.add_member(group.id, sly, by=person_of(user), now=NOW)

        assert (member.user_id, member.access) == (None, Access.NONE)

    def test_is_for_managers_and_accepted_facilitators(self):
        _manager, group = make_producer()
        member, _same = make_producer("member", group)
        make_facilitation(helper := make_user(), group)

        assert add(helper, group)
        with pytest.raises(NotFound):
            add(member, group)

    @pytest.mark.parametrize("standing", [Standing.SENT, Standing.IN_ANALYSIS, Standing.REFUSED])
    def test_waits_while_the_division_decides(self, standing):
        user, group = make_producer(standing=standing)

        with pytest.raises(NotOpenForChange):
            add(user, group)

    def test_waits_while_other_things_are_to_be_mended(self):
        user, group = make_draft(standing=Standing.SENT)
        vetting.return_registration(
            group.id, reason="Falta", fields={"story": ""}, by=HOUSE, now=NOW
        )

        with pytest.raises(StepNotFlagged):
            add(user, group)


class TestChangeMember:
    def test_corrects_what_is_known(self):
        user, group = make_producer()
        member = make_member(group, name="Sócia 1")

        members.change_member(
            member.id,
            name="Socorro Lima",
            sex=Sex.FEMALE,
            function="tesoureira",
            on_board=True,
            by=person_of(user),
            now=NOW,
        )

        assert (member.name, member.function, member.on_board) == (
            "Socorro Lima",
            "tesoureira",
            True,
        )


class TestMemberLeaves:
    def test_ends_the_membership_with_a_date(self):
        user, group = make_producer()
        other, _same = make_producer("member", group)
        member = group.members[1]

        leave(user, member, TODAY - timedelta(days=2))

        assert (member.left_on, member.access) == (TODAY - timedelta(days=2), Access.NONE)
        assert queries.roles_of(other.id) == set()

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [(TODAY + timedelta(days=1), TODAY), (date(2020, 1, 1), date(2026, 1, 1))],
    )
    def test_lies_between_joining_and_today(self, asked, kept):
        user, group = make_producer()
        member = make_member(group, joined_on=date(2026, 1, 1))

        leave(user, member, asked)

        assert member.left_on == kept

    def test_refuses_to_leave_nobody_who_manages(self):
        user, group = make_producer()

        with pytest.raises(ManagerNeeded):
            leave(user, group.members[0])
        make_producer("manager", group)
        leave(user, group.members[0])
        assert group.has_manager

    def test_removes_them_from_a_draft(self):
        user, draft = make_draft()
        member_id = draft.members[1].id

        leave(user, draft.members[1])

        assert db.session.get(Member, member_id) is None

    def test_is_not_for_another_groups_manager(self):
        stranger, _other = make_producer()

        with pytest.raises(NotFound):
            leave(stranger, make_member(make_enterprise()))


class TestSetAccess:
    def set(self, user, member, access):
        return members.set_access(member.id, access, by=person_of(user), now=NOW)

    def test_hands_the_managing_over(self):
        user, group = make_producer()
        make_producer("member", group)

        self.set(user, group.members[1], Access.MANAGER)
        self.set(user, group.members[0], Access.MEMBER)

        assert [m.access for m in group.members] == [Access.MEMBER, Access.MANAGER]

    def test_refuses_to_leave_nobody_who_manages(self):
        user, group = make_producer()

        with pytest.raises(ManagerNeeded):
            self.set(user, group.members[0], Access.MEMBER)

    def test_is_for_managers_only(self):
        _manager, group = make_producer()
        member, _same = make_producer("member", group)
        make_facilitation(helper := make_user(), group)

        for by in (member, helper):
            with pytest.raises(NotFound):
                self.set(by, group.members[1], Access.MANAGER)

    def test_is_for_those_who_have_an_account(self):
        user, group = make_producer()

        with pytest.raises(NotFound):
            self.set(user, make_member(group), Access.MEMBER)


class TestGiveAccess:
    def give(self, user, member, mobile=MOBILE):
        return members.give_access(
            member.id, Access.MEMBER, mobile=mobile, by=person_of(user), now=NOW
        )

    def test_makes_an_account_and_a_code_to_take_it_over(self):
        user, group = make_producer()
        socorro = make_member(group, name="Socorro")

        member, code = self.give(user, socorro)

        assert (member.user.name, member.user.made_by_id) == ("Socorro", user.id)
        taken_over = codes.redeem_code(MOBILE, code, "uma senha comprida", now=NOW)
        assert queries.roles_of(taken_over.id) == {"member"}

    def test_links_who_has_an_account_already_and_gives_no_code(self):
        user, group = make_producer()
        socorro = make_user(mobile=MOBILE, password_hash="x")  # noqa: S106

        member, code = self.give(user, make_member(group))

        assert (member.user_id, code) == (socorro.id, None)

    def test_refuses_an_account_that_another_member_has(self):
        user, group = make_producer()
        first, second = make_member(group), make_member(group)
        self.give(user, first)

        with pytest.raises(AlreadyMember):
            self.give(user, second)

    def test_is_for_managers_only(self):
        _manager, group = make_producer()
        member, _same = make_producer("member", group)

        with pytest.raises(NotFound):
            self.give(member, make_member(group))
