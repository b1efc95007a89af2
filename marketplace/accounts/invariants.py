"""What must always be true of the accounts: each query selects ids of rows that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.accounts.models import (
    DIVISION_ROLES,
    Grant,
    LoginSession,
    Neighbourhood,
    User,
    Zone,
)

_here, _there = aliased(Grant), aliased(Grant)

named = {
    "accounts.closed_accounts_are_logged_out": sa.select(LoginSession.id)
    .join(LoginSession.user)
    .where(User.is_closed, LoginSession.ended_at.is_(None)),
    "accounts.roles_of_one_person_are_in_one_division": sa.select(_here.id).where(
        _here.role.in_(DIVISION_ROLES),
        _here.ended_at.is_(None),
        sa.exists().where(
            _there.user_id == _here.user_id,
            _there.role.in_(DIVISION_ROLES),
            _there.ended_at.is_(None),
            _there.division_id != _here.division_id,
        ),
    ),
    "accounts.claimed_accounts_have_a_password": sa.select(User.id).where(
        User.claimed_at.is_not(None) != User.password_hash.is_not(None)
    ),
    "accounts.neighbourhoods_are_in_a_zone_of_their_municipality": sa.select(Neighbourhood.id)
    .join(Neighbourhood.zone)
    .where(Zone.municipality_code != Neighbourhood.municipality_code),
}
