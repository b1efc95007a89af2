"""Who is in the enterprise, and what they may do here; it is never without a manager."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import CodePurpose, User
from marketplace.accounts.operations import codes, people
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import fold
from marketplace.enterprises import conflicts, queries
from marketplace.enterprises.errors import (
    AlreadyMember,
    ManagerNeeded,
    NotOpenForChange,
    StepNotFlagged,
)
from marketplace.enterprises.models import Access, Enterprise, Member, Sex, Standing
from marketplace.enterprises.particulars import Newcomer

REGISTERING = (Standing.DRAFT, Standing.RETURNED)
CLOSED = (Standing.SENT, Standing.IN_ANALYSIS, Standing.REFUSED)


@operation
def add_member(enterprise_id: int, newcomer: Newcomer, *, by: Person, now: datetime) -> Member:
    """Take somebody in, without access; `give_access` is another act.

    :raises NotFound: if ``by`` neither runs the enterprise nor registers it.
    :raises NotOpenForChange: while the Division looks at the registration.
    :raises StepNotFlagged: if the people were not marked to be mended.
    """
    enterprise = _open_to(by, enterprise_id)
    joined = newcomer.joined_on or clock.today(enterprise.division.time_zone, now)
    values = asdict(newcomer) | {"joined_on": joined, "user_id": None, "access": Access.NONE}
    member = Member(enterprise_id=enterprise_id, **values)
    db.session.add(member)
    db.session.flush()
    audit.record("member_added", by=by, now=now, enterprise_id=enterprise_id, member_id=member.id)
    return member


@operation
def add_members(
    enterprise_id: int, newcomers: Sequence[Newcomer], *, by: Person, now: datetime
) -> int:
    """Take several people in; whoever is there by that name already was only sent twice.

    Return how many are new. Raises as ``add_member``.
    """
    enterprise = _open_to(by, enterprise_id)
    there = {fold(member.name) for member in enterprise.live_members}
    fresh = {fold(newcomer.name): newcomer for newcomer in newcomers}
    added = [newcomer for name, newcomer in fresh.items() if name not in there]
    for newcomer in added:
        add_member(enterprise_id, newcomer, by=by, now=now)
    return len(added)


@operation
def change_member(
    member_id: int,
    *,
    name: str,
    sex: Sex,
    function: str,
    on_board: bool,
    by: Person,
    now: datetime,
) -> Member:
    """Correct what is known of a member.

    :raises NotFound: as ``add_member``, and if the member left.
    :raises NotOpenForChange: as ``add_member``.
    :raises StepNotFlagged: as ``add_member``.
    """
    member = _live(member_id)
    _open_to(by, member.enterprise_id)
    member.name, member.sex = name, sex
    member.function, member.on_board = function, on_board
    audit.record("member_changed", by=by, now=now, member_id=member_id)
    return member


@operation
def member_leaves(member_id: int, *, left_on: date, by: Person, now: datetime) -> None:
    """End a membership with the day before which it held; from a draft it is simply removed.

    :raises ManagerNeeded: if nobody else manages the enterprise.
    :raises NotFound: as ``change_member``.
    :raises NotOpenForChange: as ``add_member``.
    :raises StepNotFlagged: as ``add_member``.
    """
    member = _live(member_id)
    enterprise = _open_to(by, member.enterprise_id)
    if member.access is Access.MANAGER and _managers(enterprise) == 1:
        raise ManagerNeeded
    if enterprise.standing is Standing.DRAFT:
        db.session.delete(member)
    else:
        today = clock.today(enterprise.division.time_zone, now)
        member.left_on = max(member.joined_on, min(left_on, today))
        member.access = Access.NONE
    audit.record("member_left", by=by, now=now, member_id=member_id)


@operation
def set_access(member_id: int, access: Access, *, by: Person, now: datetime) -> Member:
    """Change what a member who logs in may do here.

    :raises NotFound: if ``by`` does not manage the enterprise, or the member has no account.
    :raises ManagerNeeded: if nobody else manages the enterprise.
    """
    member = _live(member_id)
    enterprise = lock_one(queries.managed(by, member.enterprise_id))
    if member.user_id is None:
        raise NotFound
    was_last = member.access is Access.MANAGER and _managers(enterprise) == 1
    if was_last and access is not Access.MANAGER:
        raise ManagerNeeded
    member.access = access
    audit.record("access_set", by=by, now=now, member_id=member_id, access=access.value)
    return member


@operation
def give_access(
    member_id: int, access: Access, *, mobile: str, by: Person, now: datetime
) -> tuple[Member, str | None]:
    """Let a member log in with this mobile number, in E.164.

    Whoever has no account yet gets one, and a code to take it over, returned to be handed over.

    :raises NotFound: if ``by`` does not manage the enterprise.
    :raises AlreadyMember: if another member here has this account.
    """
    member = _live(member_id)
    lock_one(queries.managed(by, member.enterprise_id))
    return member, _let_in(member, access, mobile, by=by, now=now)


@operation
def appoint_manager(
    member_id: int, *, name: str, mobile: str, by: Person, now: datetime
) -> tuple[Member, str | None]:
    """Let a member manage a group that nobody manages yet, as after an import.

    ``by`` is the Division; it returns the code for a new account, as ``give_access`` does.

    :raises NotFound: outside ``by``'s Divisions, or if somebody manages the group.
    :raises OwnEnterprise: if ``by`` belongs to it, or would by this.
    :raises AlreadyMember: as ``give_access``.
    """
    member = _live(member_id)
    enterprise = lock_one(queries.cases_of(by).where(Enterprise.id == member.enterprise_id))
    conflicts.keep_out(by, enterprise)
    if enterprise.has_manager:
        raise NotFound
    member.name = name
    code = _let_in(member, Access.MANAGER, mobile, by=by, now=now)
    db.session.flush()
    conflicts.keep_out(by, enterprise)
    return member, code


def _let_in(
    member: Member,
    access: Access,
    mobile: str,
    *,
    by: Person,
    now: datetime,
) -> str | None:
    """Give a member an account and access; return the code that a new account is claimed with."""
    user, code = _account(member.name, mobile, by=by, now=now)
    others = [m for m in member.enterprise.live_members if m.id != member.id]
    taken = [m for m in others if m.user_id == user.id]
    if taken:
        raise AlreadyMember(name=taken[0].name)
    member.user_id, member.access = user.id, access
    audit.record("access_given", by=by, now=now, member_id=member.id, access=access.value)
    return code


def _account(name: str, mobile: str, *, by: Person, now: datetime) -> tuple[User, str | None]:
    user = db.session.scalar(accounts.by_login(mobile))
    if user is None:
        user = people.register_person(
            name=name, mobile=mobile, email=None, password=None, by=by, now=now
        )
    code = None if user.is_claimed else codes.issue_code(user.id, CodePurpose.CLAIM, by=by, now=now)
    return user, code


def _open_to(by: Person, enterprise_id: int) -> Enterprise:
    """Lock the enterprise for who may change its people now."""
    enterprise = db.session.scalar(queries.by_id(enterprise_id).with_for_update())
    if enterprise is None:
        raise NotFound
    if enterprise.standing in REGISTERING:
        lock_one(queries.registrable(by, enterprise_id))
        if "people" not in queries.open_marks(enterprise):
            raise StepNotFlagged
    else:
        lock_one(queries.run_by(by, enterprise_id))
    if enterprise.standing in CLOSED:
        raise NotOpenForChange
    return enterprise


def _live(member_id: int) -> Member:
    return lock_one(sa.select(Member).where(Member.id == member_id, Member.left_on.is_(None)))


def _managers(enterprise: Enterprise) -> int:
    return sum(member.access is Access.MANAGER for member in enterprise.live_members)
