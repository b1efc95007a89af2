"""A registration filled in step by step and sent: by the group, or by who helps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Role
from marketplace.accounts.operations import people as accounts_people
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import naming, news, queries
from marketplace.enterprises.errors import (
    Incomplete,
    NotOpenForChange,
    StepNotFlagged,
)
from marketplace.enterprises.models import (
    Access,
    Decision,
    DecisionKind,
    Enterprise,
    Kind,
    Member,
    Segment,
    Sex,
    Standing,
)
from marketplace.enterprises.particulars import Particulars
from marketplace.enterprises.steps import PAYOUT, STEPS, columns_of, missing_in

REGISTRARS = {Role.FACILITATOR, Role.ARTICULATION, Role.HEAD, "house"}


@operation
def begin_registration(
    manager_id: int,
    *,
    sex: Sex,
    function: str = "",
    on_board: bool = False,
    by: Person,
    now: datetime,
) -> Enterprise:
    """Begin a registration with its first member, who will manage it.

    Begun again before anything was filled in, it is the same one.

    :raises NotAllowed: if a person without a role to register others does so for somebody else.
    :raises NoDivision: if there is none at all.
    """
    if manager_id != by.id and by.roles.isdisjoint(REGISTRARS):
        raise NotAllowed
    naming.lock_numbering()
    manager = find_one(accounts.by_id(manager_id))
    enterprise = _blank_of(manager_id, by) or _blank(by=by, now=now)
    today = clock.today(enterprise.division.time_zone, now)
    if not enterprise.members:
        first = Member(user_id=manager_id, access=Access.MANAGER, joined_on=today)
        enterprise.members.append(first)
    member = enterprise.members[0]
    member.name, member.sex = manager.name, sex
    member.function, member.on_board = function, on_board
    db.session.flush()
    audit.record("registration_begun", by=by, now=now, enterprise_id=enterprise.id)
    return enterprise


@operation
def begin_for_another(
    *,
    name: str,
    mobile: str,
    sex: Sex,
    function: str = "",
    on_board: bool = False,
    by: Person,
    now: datetime,
) -> Enterprise:
    """Begin a registration on behalf of somebody, whose account waits to be claimed if it is new.

    :raises NotAllowed: as ``begin_registration``.
    """
    person = db.session.scalar(accounts.by_login(mobile)) or accounts_people.register_person(
        name=name, mobile=mobile, email=None, password=None, by=by, now=now
    )
    return begin_registration(
        person.id, sex=sex, function=function, on_board=on_board, by=by, now=now
    )


@operation
def save_step(
    enterprise_id: int, step: str, fields: Mapping[str, Any], *, by: Person, now: datetime
) -> Enterprise:
    """Keep what a step asked; ``fields`` are columns of the marks that are open to change.

    :raises NotFound: for a registration that is not theirs.
    :raises NotOpenForChange: once it was sent.
    :raises StepNotFlagged: for what was not marked to be mended.
    :raises NotAllowed: if who began it for others gives payout data.
    :raises CnpjTaken: if another has that CNPJ.
    :raises NoDivision: if none serves the municipality, nor another in its state.
    """
    enterprise = lock_one(queries.registrable(by, enterprise_id))
    _check_open(enterprise, step, fields, by)
    naming.claim_cnpj(fields.get("cnpj"), but=enterprise_id)
    for column, value in fields.items():
        setattr(enterprise, column, value)
    if "name" in fields and enterprise.standing is Standing.DRAFT:
        naming.lock_numbering()
        enterprise.slug = naming.free_slug(enterprise.name, enterprise.code, but=enterprise_id)
    if "municipality_code" in fields:
        enterprise.division_id = naming.division_serving(enterprise.municipality_code).id
    if step not in enterprise.steps_done:
        enterprise.steps_done = [*enterprise.steps_done, step]
    audit.record("registration_saved", by=by, now=now, enterprise_id=enterprise_id, step=step)
    return enterprise


@operation
def send_registration(enterprise_id: int, *, by: Person, now: datetime) -> Decision:
    """Send the registration to the Division; sent already, the same decision is returned.

    :raises NotFound: for a registration that is not theirs.
    :raises NotOpenForChange: once it was decided.
    :raises Incomplete: while something is missing.
    """
    enterprise = lock_one(queries.registrable(by, enterprise_id))
    if enterprise.standing is Standing.SENT:
        return enterprise.decisions[-1]
    if not queries.open_marks(enterprise):
        raise NotOpenForChange
    if missing := missing_in(enterprise):
        raise Incomplete(missing=missing[0].text)
    decision = enterprise.decide(DecisionKind.SENT, by_id=by.id, now=now)
    db.session.flush()
    audit.record("registration_sent", by=by, now=now, enterprise_id=enterprise_id)
    news.tell_decision(enterprise, decision, by=by, now=now)
    return decision


def _blank(*, by: Person, now: datetime) -> Enterprise:
    division = accounts.divisions()[0]
    unnamed = Particulars("", Kind.INFORMAL_GROUP, Segment.CRAFTS, division.municipality_code)
    return naming.new_enterprise(unnamed, division, by=by, now=now)


def _blank_of(manager_id: int, by: Person) -> Enterprise | None:
    """Return the registration that they began and left before its first step."""
    begun = (
        sa.select(Enterprise)
        .join(Enterprise.members)
        .where(
            Enterprise.standing == Standing.DRAFT,
            Enterprise.name == "",
            Enterprise.registered_by_id == by.id,
            Member.user_id == manager_id,
        )
    )
    return db.session.scalar(begun.limit(1))


def _check_open(enterprise: Enterprise, step: str, fields: Mapping[str, Any], by: Person) -> None:
    marks = queries.open_marks(enterprise)
    if not marks:
        raise NotOpenForChange
    within = [mark for mark in STEPS[step].marks if mark in marks]
    if not within or not columns_of(within).issuperset(fields):
        raise StepNotFlagged
    if not (queries.is_manager(by, enterprise.id) or PAYOUT.isdisjoint(fields)):
        raise NotAllowed
