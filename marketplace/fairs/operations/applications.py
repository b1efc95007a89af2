"""Applying for a place, and thinking better of it, until the call closes."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs import labels
from marketplace.fairs.errors import CallNotOpen, NotEligible, OtherSegment, RulesNotAccepted
from marketplace.fairs.models.calls import Application, ApplicationState, Call
from marketplace.fairs.queries import calls, eligibility


@operation
def apply(
    fair_id: int,
    enterprise_id: int,
    *,
    segment: Segment,
    brings: str,
    shares: bool,
    accepts_rules: bool = False,
    by: Person,
    now: datetime,
) -> Application:
    """Apply for a place at a fair, or change what was sent; an application keeps its number.

    :raises CallNotOpen: before the call opens and from its closing on.
    :raises NotEligible: if a rule of the call keeps the enterprise out, saying which.
    :raises OtherSegment: for a segment that is not in its registration.
    :raises RulesNotAccepted: where the fair has rules, unless they are accepted.
    """
    enterprise, call = _open_call(fair_id, enterprise_id, by=by, now=now)
    if bar := eligibility.bar_of(enterprise, call, now):
        raise NotEligible(enterprise=enterprise.name, why=labels.why_barred(bar))
    if segment.value not in enterprise.segments:
        raise OtherSegment
    if call.fair.rules and not accepts_rules:
        raise RulesNotAccepted
    sent = calls.application(call.id, enterprise_id)
    if sent is None:
        number = calls.next_number(call.id)
        facts = {"call_id": call.id, "enterprise_id": enterprise_id, "number": number}
        sent = Application(applied_at=now, **facts)
        db.session.add(sent)
    sent.segment, sent.brings, sent.shares = segment, brings, shares
    sent.rules_accepted = bool(call.fair.rules)
    sent.state, sent.changed_at, sent.by_id = ApplicationState.SENT, now, by.id
    _note("place_applied_for", sent, by=by, now=now)
    return sent


@operation
def withdraw_application(
    fair_id: int, enterprise_id: int, *, by: Person, now: datetime
) -> Application:
    """Take an application back; it may be sent again until the call closes.

    :raises CallNotOpen: from the closing on.
    """
    _enterprise, call = _open_call(fair_id, enterprise_id, by=by, now=now)
    sent = calls.application(call.id, enterprise_id)
    if sent is None:
        raise NotFound
    sent.state, sent.changed_at, sent.by_id = ApplicationState.WITHDRAWN, now, by.id
    _note("application_withdrawn", sent, by=by, now=now)
    return sent


def _open_call(
    fair_id: int, enterprise_id: int, *, by: Person, now: datetime
) -> tuple[Enterprise, Call]:
    """Return who applies, and the call, locked: numbers are given one after another."""
    enterprise = find_one(enterprises.theirs(by, enterprise_id))
    call = lock_one(calls.of_division(fair_id, enterprise.division_id))
    if not call.is_open(now):
        raise CallNotOpen(fair=call.fair.name)
    return enterprise, call


def _note(kind: str, sent: Application, *, by: Person, now: datetime) -> None:
    db.session.flush()
    facts = {"application_id": sent.id, "enterprise_id": sent.enterprise_id}
    audit.record(kind, by=by, now=now, **facts)
