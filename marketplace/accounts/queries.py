"""Questions asked about people, their roles and the places; nothing here writes."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from marketplace.accounts import passwords
from marketplace.accounts.models import (
    DIVISION_ROLES,
    CodePurpose,
    Division,
    FactorReset,
    Grant,
    LoginSession,
    Municipality,
    Neighbourhood,
    OneTimeCode,
    RecoveryCode,
    Role,
    SecondFactor,
    User,
    Zone,
)
from marketplace.core import erasures, identifiers
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.core.text import fold

AREA = "92"  # completes a mobile number typed without its area code
MOST_FOUND = 20
TOO_SOON = timedelta(days=3)  # for one person to give both a new password and a new second step

role_sources: list[Callable[[int], Iterable[str]]] = []
"""Floors above add what else a person is: given a user id, the names of those roles."""

LIVE = Grant.ended_at.is_(None)
GRANTS = sa.select(Grant.role, Grant.division_id).where(Grant.user_id == sa.bindparam("who"), LIVE)


def login_name(text: str) -> str:
    """Return a mobile number or e-mail address as accounts keep it; what is neither, as typed."""
    try:
        return identifiers.email(text) if "@" in text else identifiers.mobile(text, AREA)
    except identifiers.BadIdentifier:
        return text.strip().lower()


def by_login(identifier: str) -> sa.Select[User]:
    name = login_name(identifier)
    return sa.select(User).where(User.email == name if "@" in name else User.mobile == name)


def by_id(user_id: int) -> sa.Select[User]:
    return sa.select(User).where(User.id == user_id)


def in_reach_of(person: Person) -> sa.Select[User]:
    """Select the people whose roles of a Division, if any, are all in the person's own."""
    if person.roles == HOUSE.roles:
        return sa.select(User)
    elsewhere = sa.select(Grant.user_id).where(
        Grant.role.in_(DIVISION_ROLES), Grant.division_id.not_in(person.divisions), LIVE
    )
    return sa.select(User).where(User.id.not_in(elsewhere))


def registered_with(mobile: str | None, email: str | None) -> sa.Select[User]:
    """Select whoever has this mobile number or this e-mail address."""
    ways = [User.mobile == mobile] if mobile else []
    ways += [User.email == email] if email else []
    return sa.select(User).where(sa.or_(sa.false(), *ways))


def person_of(user_id: int) -> Person:
    """Return who this is, with every role they hold now."""
    grants = db.session.execute(GRANTS, {"who": user_id}).all()
    elsewhere = {role for source in role_sources for role in source(user_id)}
    roles = {role.value for role, _division in grants} | elsewhere
    divisions = {division for role, division in grants if role in DIVISION_ROLES}
    return Person(id=user_id, roles=frozenset(roles), divisions=frozenset(divisions))


def live_grants(user_id: int) -> list[Grant]:
    return list(db.session.scalars(sa.select(Grant).where(Grant.user_id == user_id, LIVE)))


def roles_of(user_ids: Collection[int]) -> dict[int, list[Role]]:
    """Return which roles each of these people holds now."""
    found: dict[int, list[Role]] = {user_id: [] for user_id in user_ids}
    grants = sa.select(Grant.user_id, Grant.role).where(Grant.user_id.in_(user_ids), LIVE)
    for user_id, role in db.session.execute(grants.order_by(Grant.id)):
        found[user_id].append(role)
    return found


def grants_of(user_id: int) -> list[Grant]:
    """Return all roles the person has or had, the live ones first, then the latest."""
    grants = sa.select(Grant).where(Grant.user_id == user_id)
    return list(db.session.scalars(grants.order_by(Grant.ended_at.is_not(None), Grant.id.desc())))


def grants_within(person: Person) -> sa.Select[Grant]:
    """Select the grants of the person's own Divisions, live or ended."""
    if person.roles == HOUSE.roles:
        return sa.select(Grant)
    return sa.select(Grant).where(Grant.division_id.in_(person.divisions))


def administrators(division_id: int) -> sa.Select[Grant]:
    """Select the live administrators of a Division who can log in at all."""
    active = sa.select(User.id).where(User.deactivated_at.is_(None))
    return sa.select(Grant).where(
        Grant.role == Role.ADMINISTRATOR,
        Grant.division_id == division_id,
        Grant.user_id.in_(active),
        LIVE,
    )


def session_by(token: str) -> sa.Select[LoginSession]:
    """Select the login session of a reference that was not ended, of somebody still active."""
    return (
        sa.select(LoginSession)
        .join(LoginSession.user)
        .where(
            LoginSession.token_hash == passwords.token_hash(token),
            LoginSession.ended_at.is_(None),
            User.deactivated_at.is_(None),
        )
        .options(contains_eager(LoginSession.user))
    )


def session_with(session_id: int) -> sa.Select[LoginSession]:
    return sa.select(LoginSession).where(LoginSession.id == session_id)


def open_sessions(user_id: int) -> list[LoginSession]:
    """Return the person's login sessions that were not ended, last seen first."""
    opened = sa.select(LoginSession).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
    )
    return list(db.session.scalars(opened.order_by(LoginSession.seen_at.desc())))


def open_codes(user_id: int, purpose: CodePurpose | None = None) -> sa.Select[OneTimeCode]:
    """Select the codes of a person not used yet, the newest first; some may be too old."""
    codes = sa.select(OneTimeCode).where(
        OneTimeCode.user_id == user_id, OneTimeCode.used_at.is_(None)
    )
    if purpose:
        codes = codes.where(OneTimeCode.purpose == purpose)
    return codes.order_by(OneTimeCode.id.desc())


def factor_of(user_id: int) -> sa.Select[SecondFactor]:
    return sa.select(SecondFactor).where(SecondFactor.user_id == user_id)


def has_factor(user_id: int) -> bool:
    return db.session.scalar(sa.select(factor_of(user_id).exists())) is True


def recovery_codes_left(user_id: int) -> int:
    unused = sa.select(sa.func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def codes_given(user_id: int, by: Person, now: datetime) -> sa.Select[int]:
    """Select the codes to get in that somebody gave a person in the last three days."""
    return sa.select(OneTimeCode.id).where(
        OneTimeCode.user_id == user_id,
        OneTimeCode.made_by_id == by.id,
        OneTimeCode.made_at > now - TOO_SOON,
    )


def factors_reset(user_id: int, by: Person, now: datetime) -> sa.Select[int]:
    """Select the times that somebody took a person's second step away in the last three days."""
    return sa.select(FactorReset.id).where(
        FactorReset.user_id == user_id,
        FactorReset.by_id == by.id,
        FactorReset.made_at > now - TOO_SOON,
    )


def people_like(text: str, *, within: Person, role: str = "") -> sa.Select[User]:
    """Select people in a person's reach by a part of their name, or by their number or e-mail.

    ``role`` keeps those who hold it in the person's own Divisions.
    """
    people = in_reach_of(within).order_by(User.name, User.id)
    if role in set(Role):
        holding = grants_within(within).where(Grant.role == Role(role), LIVE)
        people = people.where(User.id.in_(holding.with_only_columns(Grant.user_id)))
    if not (typed := text.strip()):
        return people
    name = login_name(typed)
    like = User.name.icontains(typed, autoescape=True)
    return people.where(like | (User.mobile == name) | (User.email == name))


def divisions() -> list[Division]:
    return list(db.session.scalars(sa.select(Division).order_by(Division.id)))


def division(division_id: int) -> sa.Select[Division]:
    return sa.select(Division).where(Division.id == division_id)


def division_called(slug: str) -> sa.Select[Division]:
    return sa.select(Division).where(Division.slug == slug)


def divisions_of(person: Person) -> list[Division]:
    """Return the Divisions in which the person holds a role of the Division."""
    return [division for division in divisions() if division.id in person.divisions]


def time_zone_of(person: Person) -> str:
    """Return the zone in which a person reads moments: their Division's, else the first one's."""
    known = divisions_of(person) or divisions()[:1]
    return known[0].time_zone if known else "UTC"


def division_serving(municipality_code: int) -> Division | None:
    """Return the Division of a municipality, else the first one of the same state."""
    here = sa.select(Municipality.state).where(Municipality.code == municipality_code)
    near = (
        sa.select(Division)
        .join(Division.municipality)
        .where(Municipality.state == here.scalar_subquery())
        .order_by(Division.municipality_code != municipality_code, Division.id)
    )
    return db.session.scalar(near.limit(1))


def municipalities_like(text: str) -> list[Municipality]:
    """Return up to 20 municipalities whose name begins so, then those that only contain it."""
    folded = fold(text.strip())
    found = sa.select(Municipality).where(Municipality.folded.contains(folded, autoescape=True))
    first = sa.case((Municipality.folded.startswith(folded, autoescape=True), 0), else_=1)
    ordered = found.order_by(first, Municipality.folded, Municipality.state)
    return list(db.session.scalars(ordered.limit(MOST_FOUND)))


def municipalities_served() -> list[Municipality]:
    """Return the municipalities of the states with a Division, those that have one first."""
    known = sa.select(Division.municipality_code, Municipality.state).join(Division.municipality)
    homes = dict(db.session.execute(known).all())  # apart: PostgreSQL may plan it as a loop in one
    near = sa.select(Municipality).where(Municipality.state.in_(set(homes.values())))
    found = db.session.scalars(near.order_by(Municipality.state, Municipality.folded))
    return sorted(found, key=lambda place: place.code not in homes)


def zones_of(municipality_code: int) -> list[Zone]:
    zones = sa.select(Zone).where(Zone.municipality_code == municipality_code)
    return list(db.session.scalars(zones.order_by(Zone.id)))


def neighbourhoods_of(municipality_code: int) -> list[Neighbourhood]:
    here = sa.select(Neighbourhood).where(Neighbourhood.municipality_code == municipality_code)
    return list(db.session.scalars(here.order_by(Neighbourhood.folded)))


def zone_in(municipality_code: int, zone_id: int) -> sa.Select[Zone]:
    return sa.select(Zone).where(Zone.id == zone_id, Zone.municipality_code == municipality_code)


def neighbourhood_in(municipality_code: int, neighbourhood_id: int) -> sa.Select[Neighbourhood]:
    return sa.select(Neighbourhood).where(
        Neighbourhood.id == neighbourhood_id,
        Neighbourhood.municipality_code == municipality_code,
    )


def neighbourhood_called(name: str, municipality_code: int) -> Neighbourhood | None:
    """Return the neighbourhood of that name, however its accents and capitals are written."""
    return db.session.scalar(
        sa.select(Neighbourhood).where(
            Neighbourhood.municipality_code == municipality_code,
            Neighbourhood.folded == fold(name.strip()),
        )
    )


def erasure_waiting(user_id: int) -> sa.Select[erasures.Erasure]:
    """Select the request to erase a person that waits for a second one of the staff."""
    return erasures.waiting_for("person", user_id)


def asked_erasure(user_id: int) -> tuple[erasures.Erasure, User | None] | None:
    """Return the request that waits, with who asked for it."""
    if (erasure := db.session.scalar(erasure_waiting(user_id))) is None:
        return None
    return erasure, db.session.get(User, erasure.asked_by_id)
