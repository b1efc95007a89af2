"""What the Division decides about an enterprise; each decision is a row.

**Source:** CADSOL practice (Portaria MTE 481/2025): complete, in analysis, approved or returned.
"""

from collections.abc import Mapping
from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts, news, queries
from marketplace.enterprises.errors import (
    ManagerNeeded,
    NothingFlagged,
    ReasonNeeded,
    RegisteredByYou,
    WrongStanding,
)
from marketplace.enterprises.models import Decision, DecisionKind, Enterprise, Standing
from marketplace.enterprises.signals import (
    enterprise_approved,
    enterprise_reinstated,
    enterprise_suspended,
)
from marketplace.enterprises.steps import MARKS, step_of

WAITING = (Standing.SENT, Standing.IN_ANALYSIS)


@operation
def take_up(enterprise_id: int, *, by: Person, now: datetime) -> Decision:
    """Begin the analysis, so that colleagues see who has it.

    :raises NotFound: outside ``by``'s Divisions, as in every decision below.
    :raises OwnEnterprise: if ``by`` belongs to it, as in every decision below.
    :raises WrongStanding: unless it was sent and nobody took it up.
    """
    enterprise = _case(enterprise_id, by, Standing.SENT)
    return _decide(enterprise, DecisionKind.TAKEN_UP, by=by, now=now)


@operation
def return_registration(
    enterprise_id: int, *, reason: str, fields: Mapping[str, str], by: Person, now: datetime
) -> Decision:
    """Give the registration back; ``fields`` are the marks to mend, each with what is wrong.

    :raises WrongStanding: unless it waits for an answer.
    :raises NothingFlagged: if no mark is named.
    :raises ReasonNeeded: without a reason.
    """
    enterprise = _case(enterprise_id, by, *WAITING)
    flagged = {mark: note for mark, note in fields.items() if mark in MARKS}
    if not flagged:
        raise NothingFlagged
    decision = _decide(
        enterprise, DecisionKind.RETURNED, reason=_given(reason), fields=flagged, by=by, now=now
    )
    to_mend = {step_of(mark) for mark in flagged}
    enterprise.steps_done = [step for step in enterprise.steps_done if step not in to_mend]
    return decision


@operation
def approve(enterprise_id: int, *, reason: str = "", by: Person, now: datetime) -> Decision:
    """Let the enterprise sell.

    :raises WrongStanding: unless it waits for an answer.
    :raises RegisteredByYou: if ``by`` registered it: two people, two looks.
    :raises ManagerNeeded: if nobody manages it.
    """
    enterprise = _case(enterprise_id, by, *WAITING)
    if by.id is not None and enterprise.registered_by_id == by.id:
        raise RegisteredByYou(name=enterprise.name)
    if not enterprise.has_manager:
        raise ManagerNeeded
    decision = _decide(enterprise, DecisionKind.APPROVED, reason=reason, by=by, now=now)
    enterprise_approved.send(enterprise_id=enterprise_id, by=by, now=now)
    return decision


@operation
def refuse(enterprise_id: int, *, reason: str, by: Person, now: datetime) -> Decision:
    """Refuse the registration, or close one that was not mended.

    :raises WrongStanding: if it was decided, or never sent.
    :raises ReasonNeeded: without a reason.
    """
    enterprise = _case(enterprise_id, by, *WAITING, Standing.RETURNED)
    return _decide(enterprise, DecisionKind.REFUSED, reason=_given(reason), by=by, now=now)


@operation
def suspend(enterprise_id: int, *, reason: str, by: Person, now: datetime) -> Decision:
    """Stop the enterprise from selling; floors above close its offers and orders on hearing it.

    :raises WrongStanding: unless it is approved.
    :raises ReasonNeeded: without a reason.
    """
    enterprise = _case(enterprise_id, by, Standing.APPROVED)
    decision = _decide(enterprise, DecisionKind.SUSPENDED, reason=_given(reason), by=by, now=now)
    enterprise_suspended.send(enterprise_id=enterprise_id, by=by, now=now)
    return decision


@operation
def reinstate(enterprise_id: int, *, reason: str, by: Person, now: datetime) -> Decision:
    """Let a suspended enterprise sell again.

    :raises WrongStanding: unless it is suspended.
    :raises ReasonNeeded: without a reason.
    """
    enterprise = _case(enterprise_id, by, Standing.SUSPENDED)
    decision = _decide(enterprise, DecisionKind.REINSTATED, reason=_given(reason), by=by, now=now)
    enterprise_reinstated.send(enterprise_id=enterprise_id, by=by, now=now)
    return decision


def _case(enterprise_id: int, by: Person, *standings: Standing) -> Enterprise:
    enterprise = lock_one(queries.cases_of(by).where(Enterprise.id == enterprise_id))
    conflicts.keep_out(by, enterprise)
    if enterprise.standing not in standings:
        raise WrongStanding(name=enterprise.name)
    return enterprise


def _decide(
    enterprise: Enterprise,
    kind: DecisionKind,
    *,
    reason: str = "",
    fields: dict[str, str] | None = None,
    by: Person,
    now: datetime,
) -> Decision:
    decision = enterprise.decide(kind, reason=reason, fields=fields, by_id=by.id, now=now)
    enterprise.version += 1
    db.session.flush()
    audit.record(f"enterprise_{kind.value}", by=by, now=now, enterprise_id=enterprise.id)
    news.tell_decision(enterprise, decision, by=by, now=now)
    return decision


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()
