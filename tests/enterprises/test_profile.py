from datetime import date, timedelta

import pytest

from marketplace.accounts.models import Role
from marketplace.core.errors import NotFound
from marketplace.enterprises import queries, signals
from marketplace.enterprises.errors import (
    AlreadyFacilitates,
    NotAFacilitator,
    NotOpenForChange,
    PauseEndsEarly,
)
from marketplace.enterprises.models import Standing
from marketplace.enterprises.operations import facilitation, profile
from tests.factories.accounts import make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_draft,
    make_facilitation,
    make_producer,
    person_of,
)

DAY = date(2026, 12, 20)


class TestChangeProfile:
    def change(self, user, group):
        return profile.change_profile(
            group.id,
            mobile="+5592991112222",
            email="grupo@example.com",
            story="Somos doze.",
            by=person_of(user),
            now=NOW,
        )

    def test_changes_what_is_shown_and_says_so(self):
        user, group = make_producer()
        heard = []

        with signals.enterprise_changed.connected_to(lambda _s, **news: heard.append(news)):
            self.change(user, group)

        assert (group.story, group.version) == ("Somos doze.", 2)
        assert heard[0]["enterprise_id"] == group.id

    def test_is_for_managers_and_accepted_facilitators(self):
        _manager, group = make_producer()
        member, _same = make_producer("member", group)
        make_facilitation(helper := make_user(), group)

        assert self.change(helper, group)
        with pytest.raises(NotFound):
            self.change(member, group)

    def test_waits_for_the_approval(self):
        user, draft = make_draft(standing=Standing.IN_ANALYSIS)

        with pytest.raises(NotOpenForChange):
            self.change(user, draft)


class TestSetPhoto:
    def test_shows_it_with_what_is_on_it_and_takes_both_away(self):
        user, group = make_producer()

        profile.set_photo(group.id, "abc", alt="As sócias", by=person_of(user), now=NOW)
        assert (group.photo, group.photo_alt) == ("abc", "As sócias")
        profile.set_photo(group.id, None, alt="As sócias", by=person_of(user), now=NOW)
        assert (group.photo, group.photo_alt) == (None, "")


class TestPause:
    def pause(self, user, group, last_day):
        return profile.pause(
            group.id, DAY, last_day=last_day, note="Férias", by=person_of(user), now=NOW
        )

    def test_announces_the_days_away_and_takes_them_back(self):
        user, group = make_producer()

        self.pause(user, group, DAY)
        assert group.away_on(DAY)
        profile.resume(group.id, by=person_of(user), now=NOW)
        assert not group.away_on(DAY)

    def test_may_have_no_end(self):
        user, group = make_producer()

        self.pause(user, group, None)

        assert group.away_on(DAY + timedelta(days=365))

    def test_refuses_to_end_before_it_begins(self):
        user, group = make_producer()

        with pytest.raises(PauseEndsEarly):
            self.pause(user, group, DAY - timedelta(days=1))


class TestAcceptFacilitator:
    def accept(self, user, group, facilitator):
        return facilitation.accept_facilitator(
            group.id, mobile=facilitator.mobile, by=person_of(user), now=NOW
        )

    def test_lets_them_act_until_it_is_ended(self):
        user, group = make_producer()
        helper = make_staff(Role.FACILITATOR)

        accepted = self.accept(user, group, helper)

        assert queries.first_of(person_of(helper)) is group
        facilitation.end_facilitation(accepted.id, by=person_of(user), now=NOW)
        assert queries.first_of(person_of(helper)) is None

    def test_is_a_managers_word_alone(self):
        _manager, group = make_producer()
        member, _same = make_producer("member", group)
        helper = make_staff(Role.FACILITATOR)

        for by in (member, helper):
            with pytest.raises(NotFound):
                self.accept(by, group, helper)

    def test_needs_a_facilitator(self):
        user, group = make_producer()

        with pytest.raises(NotAFacilitator):
            self.accept(user, group, make_user())

    def test_refuses_the_same_one_twice(self):
        user, group = make_producer()
        helper = make_staff(Role.FACILITATOR)
        self.accept(user, group, helper)

        with pytest.raises(AlreadyFacilitates):
            self.accept(user, group, helper)


class TestEndFacilitation:
    def test_is_also_the_facilitators_own_to_end_but_nobody_elses(self):
        (stranger, _other), (_user, group) = make_producer(), make_producer()
        helper = make_user()
        accepted = make_facilitation(helper, group)

        with pytest.raises(NotFound):
            facilitation.end_facilitation(accepted.id, by=person_of(stranger), now=NOW)
        facilitation.end_facilitation(accepted.id, by=person_of(helper), now=NOW)
        assert accepted.ended_at == NOW
