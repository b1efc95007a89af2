"""Questions asked of the enterprises; nothing here writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.consents import Purpose, agreed
from marketplace.accounts.models import Role, User
from marketplace.core.database import db, rows
from marketplace.core.rights import Person
from marketplace.enterprises.models import (
    Access,
    Decision,
    DecisionKind,
    Enterprise,
    Facilitation,
    Member,
    Standing,
)
from marketplace.enterprises.steps import MARKS

ACTING = (Access.MEMBER, Access.MANAGER)
VETTERS = {Role.ARTICULATION, Role.HEAD}
STAFF = {Role.ARTICULATION, Role.QUALIFICATION, Role.FINANCE, Role.HEAD}
LIVE = Member.left_on.is_(None)
HELD = sa.select(Member.access).where(
    Member.user_id == sa.bindparam("user_id"), LIVE, Member.access != Access.NONE
)  # built once: every page asks it
RURAL = ("rural", "Zona rural")
ELSEWHERE = ("outro-municipio", "Outro município")


class Location(NamedTuple):
    """Where an enterprise's sales are counted; names are data, in the Division's language."""

    neighbourhood: str
    zone_slug: str
    zone_name: str


def by_id(enterprise_id: int) -> sa.Select[Enterprise]:
    return sa.select(Enterprise).where(Enterprise.id == enterprise_id)


def by_code(code: str) -> sa.Select[Enterprise]:
    return sa.select(Enterprise).where(Enterprise.code == code)


def number_shown(enterprise_id: int) -> str:
    """Return the mobile for an enterprise's page, none while it is a member's own, kept back."""
    said = agreed(User.id, Purpose.NUMBER_ON_PAGE)
    kept_back = sa.select(Member.id).where(
        Member.enterprise_id == Enterprise.id,
        Member.user_id == User.id,
        User.mobile == Enterprise.mobile,
        sa.not_(sa.func.coalesce(said, sa.false())),
        LIVE,
    )
    free = sa.select(Enterprise.mobile).where(Enterprise.id == enterprise_id, ~kept_back.exists())
    return db.session.scalar(free) or ""


def by_slug(slug: str) -> sa.Select[Enterprise]:
    return public().where(Enterprise.slug == slug)


def ids_of(person: Person) -> sa.Select[int]:
    """Select the ids of those a person may act for: a member with access, or a facilitator."""
    ids = sa.select(Enterprise.id)
    if "house" in person.roles:
        return ids
    own = Enterprise.id.in_(_memberships(person, *ACTING))
    return ids.where(sa.or_(own, Enterprise.id.in_(_facilitated(person))))


def handed_over_for(person: Person) -> sa.Select[int]:
    """Select the ids of those for whom a person hands over: as ``ids_of``, and at their stall."""
    at_stall = Enterprise.id.in_(_memberships(person, Access.STALL_TILL))
    return sa.select(Enterprise.id).where(sa.or_(Enterprise.id.in_(ids_of(person)), at_stall))


def theirs(person: Person, enterprise_id: int) -> sa.Select[Enterprise]:
    return by_id(enterprise_id).where(Enterprise.id.in_(ids_of(person)))


def managed(person: Person, enterprise_id: int) -> sa.Select[Enterprise]:
    """Select the enterprise if this person manages it: members and payout data are a manager's."""
    if "house" in person.roles:
        return by_id(enterprise_id)
    return by_id(enterprise_id).where(Enterprise.id.in_(_memberships(person, Access.MANAGER)))


def is_manager(person: Person, enterprise_id: int) -> bool:
    return db.session.scalar(managed(person, enterprise_id)) is not None


def visible_to(person: Person) -> sa.Select[Enterprise]:
    """Select what a person may see: staff their Divisions', others those they act for."""
    if "house" in person.roles:
        return sa.select(Enterprise)
    seen: sa.ColumnElement[bool] = Enterprise.id.in_(ids_of(person))
    if not person.roles.isdisjoint(STAFF):
        seen = sa.or_(seen, Enterprise.division_id.in_(person.divisions))
    return sa.select(Enterprise).where(seen)


def cases_of(person: Person) -> sa.Select[Enterprise]:
    """Select the enterprises about whose registration a person may decide, their own included."""
    if "house" in person.roles:
        return sa.select(Enterprise)
    here = Enterprise.division_id.in_(person.divisions)
    return sa.select(Enterprise).where(here if person.roles & VETTERS else sa.false())


def belonged_to(person: Person) -> sa.Select[int]:
    """Select the ids of those a person is a member of, with access or without, or facilitates.

    In whatever role they act: about these somebody else decides.
    """
    member = sa.select(Member.enterprise_id).where(Member.user_id == (person.id or 0), LIVE)
    theirs = sa.or_(Enterprise.id.in_(member), Enterprise.id.in_(_facilitated_in_any_role(person)))
    return sa.select(Enterprise.id).where(theirs)


def belongs_to(person: Person, enterprise_id: int) -> bool:
    among = belonged_to(person).where(Enterprise.id == enterprise_id)
    return db.session.scalar(sa.select(among.exists())) is True


def registrable(person: Person, enterprise_id: int) -> sa.Select[Enterprise]:
    """Select a registration for who manages it or began it on somebody's behalf."""
    if "house" in person.roles:
        return by_id(enterprise_id)
    own = Enterprise.id.in_(_memberships(person, Access.MANAGER))
    begun = Enterprise.registered_by_id == (person.id or 0)
    return by_id(enterprise_id).where(sa.or_(own, begun))


def run_by(person: Person, enterprise_id: int) -> sa.Select[Enterprise]:
    """Select the enterprise for its managers, and the facilitators whom it accepted."""
    if "house" in person.roles:
        return by_id(enterprise_id)
    own = Enterprise.id.in_(_memberships(person, Access.MANAGER))
    return by_id(enterprise_id).where(sa.or_(own, Enterprise.id.in_(_facilitated(person))))


def runs(person: Person, enterprise_id: int) -> bool:
    return db.session.scalar(run_by(person, enterprise_id)) is not None


def registrations_of(person: Person) -> list[Enterprise]:
    """Return the registrations a person still has to send or to mend, the latest first."""
    own = Enterprise.id.in_(_memberships(person, Access.MANAGER))
    begun = Enterprise.registered_by_id == (person.id or 0)
    unsent = sa.select(Enterprise).where(
        Enterprise.standing.in_((Standing.DRAFT, Standing.RETURNED)), sa.or_(own, begun)
    )
    return list(db.session.scalars(unsent.order_by(Enterprise.id.desc())))


def public() -> sa.Select[Enterprise]:
    return sa.select(Enterprise).where(Enterprise.standing == Standing.APPROVED)


def selling_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that an enterprise is approved and not away on that local day."""
    away = sa.and_(
        Enterprise.paused_from.is_not(None),
        Enterprise.paused_from <= day,
        sa.or_(Enterprise.paused_until.is_(None), Enterprise.paused_until >= day),
    )
    return sa.and_(Enterprise.standing == Standing.APPROVED, sa.not_(away))


def acted_for(person: Person) -> list[Enterprise]:
    """Return the enterprises a person may act for, by name."""
    query = sa.select(Enterprise).where(Enterprise.id.in_(ids_of(person)))
    return list(db.session.scalars(query.order_by(Enterprise.folded, Enterprise.id)))


def first_of(person: Person) -> Enterprise | None:
    return next(iter(acted_for(person)), None)


def current(person: Person, chosen: int | None) -> Enterprise | None:
    """Return the one they chose to work for, or else their first."""
    found = db.session.scalar(theirs(person, chosen)) if chosen else None
    return found or first_of(person)


def roles_of(user_id: int) -> set[str]:
    """Return the roles that memberships give: member, manager, stall_till."""
    return {access.value for access in db.session.scalars(HELD, {"user_id": user_id})}


def user_ids_of(enterprise_id: int) -> list[int]:
    """Return who is told the news of an enterprise: its members who log in."""
    return [told.user_id for told in rows(_TOLD, {"of": enterprise_id}) if told.user_id]


def managers_of(enterprise_id: int) -> list[User]:
    manages = (
        sa.select(User)
        .join(Member, Member.user_id == User.id)
        .where(Member.enterprise_id == enterprise_id, LIVE, Member.access == Access.MANAGER)
    )
    return list(db.session.scalars(manages.order_by(User.id)))


def members_on(enterprise_id: int, day: date) -> list[Member]:
    return list(db.session.scalars(_THERE, {"of": enterprise_id, "day": day}))


def women_on(enterprise_id: int, day: date) -> tuple[int, bool]:
    """Return the women's share of the members that day in ‰, and whether women lead it.

    Led by women: at least half of the board; where no board is named, of all the members, who
    then decide together.
    """
    members = rows(_COUNTED, {"of": enterprise_id, "day": day})
    board = [member for member in members if member.on_board] or members
    share = _women(members)
    return share, bool(members) and _women(board) >= 500  # half, in ‰


def location_of(enterprise: Enterprise) -> Location:
    if place := enterprise.neighbourhood:
        return Location(place.name, place.zone.slug, place.zone.name)
    home = enterprise.municipality_code == enterprise.division.municipality_code
    return Location(enterprise.community, *(RURAL if home else ELSEWHERE))


def decisions_of(enterprise_id: int) -> list[Decision]:
    query = sa.select(Decision).where(Decision.enterprise_id == enterprise_id)
    return list(db.session.scalars(query.options(joinedload(Decision.by)).order_by(Decision.id)))


def last_return(enterprise_id: int) -> Decision | None:
    """Return the latest decision that gave the registration back to be mended."""
    query = sa.select(Decision).where(
        Decision.enterprise_id == enterprise_id, Decision.kind == DecisionKind.RETURNED
    )
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1))


def facilitators_of(enterprise_id: int) -> list[Facilitation]:
    """Return who may act for the enterprise now, with the day since when."""
    now = (Facilitation.enterprise_id == enterprise_id, Facilitation.ended_at.is_(None))
    query = sa.select(Facilitation).where(*now).options(joinedload(Facilitation.user))
    return list(db.session.scalars(query.order_by(Facilitation.id)))


def facilitation_of(enterprise_id: int, user_id: int) -> Facilitation | None:
    return next((f for f in facilitators_of(enterprise_id) if f.user_id == user_id), None)


def open_marks(enterprise: Enterprise) -> dict[str, str]:
    """Return what the registration lets be changed now, each with what is wrong about it."""
    if enterprise.standing is Standing.DRAFT:
        return dict.fromkeys(MARKS, "")
    returned = last_return(enterprise.id) if enterprise.standing is Standing.RETURNED else None
    return dict(returned.fields) if returned else {}


def _facilitated(person: Person) -> sa.Select[int]:
    """Select those a person acts for as facilitator; none while they chose another role."""
    acts = not person.chosen or person.acting == Role.FACILITATOR
    return _facilitated_in_any_role(person).where(sa.literal(acts))


def _facilitated_in_any_role(person: Person) -> sa.Select[int]:
    return sa.select(Facilitation.enterprise_id).where(
        Facilitation.user_id == (person.id or 0), Facilitation.ended_at.is_(None)
    )


def _memberships(person: Person, *access: Access) -> sa.Select[int]:
    """Select those in which a person has such access; that alone which they chose to act by."""
    if person.chosen:
        access = tuple(each for each in access if each.value == person.acting)
    return sa.select(Member.enterprise_id).where(
        Member.user_id == (person.id or 0), LIVE, Member.access.in_(access)
    )


def _women(members: Sequence[Any]) -> int:
    women = sum(member.sex == "female" for member in members)
    return round(1000 * women / len(members)) if members else 0


_OF = Member.enterprise_id == sa.bindparam("of")
_ON = (Member.joined_on <= sa.bindparam("day"), sa.or_(LIVE, Member.left_on > sa.bindparam("day")))
_COUNTED = sa.select(Member.sex, Member.on_board).where(_OF, *_ON)
_THERE = sa.select(Member).where(_OF, *_ON).order_by(Member.id)
_TOLD = sa.select(Member.user_id).where(_OF, LIVE, Member.access.in_(ACTING)).order_by(Member.id)
