"""Each rule of the accounts is broken once, and found."""

import pytest

from marketplace.accounts.invariants import named
from marketplace.accounts.operations import sessions
from marketplace.core import invariants
from tests.factories.accounts import (
    make_division,
    make_grant,
    make_municipality,
    make_neighbourhood,
    make_staff,
    make_user,
    make_zone,
    saved_change,
)
from tests.factories.clock import NOW


def stay_in_after_closing():
    user = make_user()
    sessions.start_session(user.id, device="", now=NOW)
    saved_change(user, deactivated_at=NOW)


def hold_roles_in_two_divisions():
    make_grant(make_staff("head"), "finance", make_division())


def claim_without_a_password():
    make_user(password_hash=None)


def lie_in_a_zone_of_elsewhere():
    make_municipality(code=1100106)
    make_neighbourhood(zone=make_zone(), municipality_code=1100106)


FAULTS = {
    "accounts.closed_accounts_are_logged_out": stay_in_after_closing,
    "accounts.roles_of_one_person_are_in_one_division": hold_roles_in_two_divisions,
    "accounts.claimed_accounts_have_a_password": claim_without_a_password,
    "accounts.neighbourhoods_are_in_a_zone_of_their_municipality": lie_in_a_zone_of_elsewhere,
}


def test_none_is_broken_by_ordinary_things():
    make_staff("head")
    make_neighbourhood()

    assert not invariants.broken().keys() & named.keys()


@pytest.mark.parametrize("rule", named)
def test_finds_what_breaks_it(rule):
    FAULTS[rule]()

    assert rule in invariants.broken()
