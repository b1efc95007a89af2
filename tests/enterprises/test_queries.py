from datetime import date, timedelta

import pytest

from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.enterprises import queries
from marketplace.enterprises.models import Access, Sex, Standing
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_enterprise,
    make_facilitation,
    make_member,
    make_producer,
)

DAY = date(2026, 11, 23)


def person(user, *roles, divisions=()):
    return Person(user.id, frozenset(roles), frozenset(divisions))


def ids(query):
    return set(db.session.scalars(query))


class TestIdsOf:
    @pytest.mark.parametrize(
        ("access", "acts"), [("manager", True), ("member", True), ("stall_till", False)]
    )
    def test_are_those_where_a_person_is_a_member_with_access(self, access, acts):
        user, enterprise = make_producer(access)

        assert (enterprise.id in ids(queries.ids_of(person(user)))) is acts

    def test_leave_out_an_enterprise_that_a_member_left(self):
        user, enterprise = make_producer()
        enterprise.members[0].left_on = DAY

        assert ids(queries.ids_of(person(user))) == set()

    def test_are_nobodys_for_a_visitor_even_where_members_have_no_account(self):
        make_member(make_enterprise())

        assert ids(queries.ids_of(VISITOR)) == set()

    def test_are_a_facilitators_until_it_is_ended(self):
        (user, _own), (_other, enterprise) = make_producer(), make_producer()
        facilitation = make_facilitation(user, enterprise)

        assert enterprise.id in ids(queries.ids_of(person(user)))
        facilitation.ended_at = NOW
        assert enterprise.id not in ids(queries.ids_of(person(user)))

    def test_are_all_for_the_house(self):
        assert make_enterprise().id in ids(queries.ids_of(HOUSE))


class TestManaged:
    def test_shows_it_to_a_manager_only(self):
        manager, enterprise = make_producer()
        member, _same = make_producer("member", enterprise)

        assert db.session.scalar(queries.managed(person(manager), enterprise.id)) is enterprise
        assert db.session.scalar(queries.managed(person(member), enterprise.id)) is None

    def test_is_not_a_facilitators(self):
        (user, _own), (_other, enterprise) = make_producer(), make_producer()
        make_facilitation(user, enterprise)

        assert db.session.scalar(queries.managed(person(user), enterprise.id)) is None


class TestVisibleTo:
    def test_shows_staff_what_belongs_to_their_division(self):
        (user, own), other = make_producer(), make_enterprise()
        seen = ids(queries.visible_to(person(user, "articulation", divisions=[other.division_id])))

        assert seen == {own, other}

    def test_shows_staff_of_another_division_nothing(self):
        (user, own), other = make_producer(), make_enterprise()
        elsewhere = other.division_id + 1

        assert ids(queries.visible_to(person(user, "articulation", divisions=[elsewhere]))) == {own}

    def test_shows_the_council_no_single_enterprise(self):
        (user, own), other = make_producer(), make_enterprise()
        council = person(user, "council", divisions=[other.division_id])

        assert ids(queries.visible_to(council)) == {own}


class TestSellingOn:
    @pytest.mark.parametrize(
        ("first", "last", "sells"),
        [
            (None, None, True),
            (DAY + timedelta(days=1), None, True),
            (DAY, None, False),
            (DAY, DAY, False),
            (DAY - timedelta(days=3), DAY - timedelta(days=1), True),
        ],
    )
    def test_agrees_with_the_enterprise_about_its_days_away(self, first, last, sells):
        enterprise = make_enterprise(paused_from=first, paused_until=last)
        selling = ids(queries.public().where(queries.selling_on(DAY)))

        assert (enterprise in selling) is sells
        assert enterprise.away_on(DAY) is not sells

    @pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.APPROVED])
    def test_leaves_out_who_is_not_approved(self, standing):
        enterprise = make_enterprise(standing=standing)

        assert enterprise not in ids(queries.public().where(queries.selling_on(DAY)))


class TestWomenOn:
    def test_counts_the_members_of_that_day(self):
        group = make_enterprise()
        make_member(group, sex=Sex.FEMALE)
        make_member(group, sex=Sex.MALE, left_on=DAY)
        make_member(group, sex=Sex.OTHER, joined_on=DAY)

        assert queries.women_on(group.id, DAY - timedelta(days=1)) == (500, True)
        assert queries.women_on(group.id, DAY)[0] == 500

    def test_is_led_by_women_from_half_of_the_board_on(self):
        group = make_enterprise()
        make_member(group, sex=Sex.FEMALE, on_board=True)
        make_member(group, sex=Sex.MALE, on_board=True)
        for _ in range(2):
            make_member(group, sex=Sex.MALE)

        assert queries.women_on(group.id, DAY) == (250, True)
        make_member(group, sex=Sex.MALE, on_board=True)
        assert queries.women_on(group.id, DAY) == (200, False)

    def test_is_zero_where_nobody_is(self):
        assert queries.women_on(make_enterprise().id, DAY) == (0, False)


class TestUserIdsOf:
    def test_are_the_members_who_log_in(self):
        user, group = make_producer()
        make_producer("stall_till", group)
        make_member(group)

        assert queries.user_ids_of(group.id) == [user.id]


class TestRolesOf:
    def test_are_the_access_that_a_person_has_anywhere(self):
        user, _group = make_producer()
        make_member(make_enterprise(), user=user, access=Access.STALL_TILL)
        make_member(make_enterprise(), user=user, access=Access.MEMBER, left_on=DAY)

        assert queries.roles_of(user.id) == {"manager", "stall_till"}
