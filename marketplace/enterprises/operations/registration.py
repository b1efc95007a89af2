"""Registering enterprises whole: one in a call, or all of a sheet."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.sheets.reading import read
from marketplace.enterprises import naming, queries
from marketplace.enterprises.errors import CodeTaken
from marketplace.enterprises.importing.planning import Line, Plan, plan
from marketplace.enterprises.models import DecisionKind, Enterprise, Member, Sex
from marketplace.enterprises.particulars import Newcomer, Particulars
from marketplace.enterprises.signals import enterprise_changed
from marketplace.enterprises.steps import STEPS

UNNAMED = {
    "women": ("Sócia", Sex.FEMALE),
    "men": ("Sócio", Sex.MALE),
    "others": ("Pessoa", Sex.OTHER),
}
"""What those are called who were only counted, until the group names them: data, in Portuguese."""


@operation
def register_enterprise(
    particulars: Particulars, people: Sequence[Newcomer] = (), *, by: Person, now: datetime
) -> Enterprise:
    """Register an enterprise in one call and send it to its Division.

    :raises NoDivision: if none is named and none serves the municipality.
    :raises CodeTaken: if another has that code.
    :raises CnpjTaken: if another has that CNPJ.
    """
    naming.lock_numbering()
    division = _division_for(particulars)
    if particulars.code and naming.is_taken(Enterprise.code == particulars.code):
        raise CodeTaken(code=particulars.code)
    naming.claim_cnpj(particulars.cnpj)
    enterprise = naming.new_enterprise(particulars, division, by=by, now=now)
    today = clock.today(division.time_zone, now)
    for person in people:
        values = asdict(person) | {"joined_on": person.joined_on or today}
        enterprise.members.append(Member(**values))
    enterprise.steps_done = list(STEPS)
    enterprise.decide(DecisionKind.SENT, by_id=by.id, now=now)
    db.session.flush()
    audit.record("enterprise_registered", by=by, now=now, enterprise_id=enterprise.id)
    return enterprise


@operation
def import_enterprises(data: bytes, *, by: Person, now: datetime) -> Plan:
    """Register the new enterprises of a sheet and change the known ones; bad rows are left out.

    Returns what was done. Taken in again, nothing changes: the code is the key, or where there is
    none the name and the municipality.

    :raises BadSheet: if it cannot be read.
    :raises NotAllowed: if ``by`` may not vet.
    """
    if by.roles.isdisjoint({*queries.VETTERS, "house"}):
        raise NotAllowed
    done = plan(read(data), by=by)
    for line in done.lines:
        if line.action == "new":
            _register(line, by=by, now=now)
        elif line.action == "changed" and line.found:
            _change(line.found.id, line, by=by, now=now)
    counts = {action: done.count(action) for action in ("new", "changed", "same", "bad")}
    audit.record("enterprises_imported", by=by, now=now, **counts)
    return done


def _division_for(particulars: Particulars) -> Division:
    if particulars.division_id is None:
        return naming.division_serving(particulars.municipality_code)
    return find_one(accounts.division(particulars.division_id))


def _register(line: Line, *, by: Person, now: datetime) -> None:
    known = {key: value for key, value in line.values.items() if key not in UNNAMED}
    pix = known.pop("pix_key", None)
    people = [
        Newcomer(f"{word} {n}", sex)
        for key, (word, sex) in UNNAMED.items()
        for n in range(1, line.people[key] + 1)
    ]
    enterprise = register_enterprise(Particulars(**known), people, by=by, now=now)
    if pix:
        enterprise.pix_key, enterprise.pix_key_kind = pix.value, pix.kind


def _change(enterprise_id: int, line: Line, *, by: Person, now: datetime) -> None:
    """Set what differs; a blank cell, the people and the Pix key leave all as it is."""
    enterprise = lock_one(queries.cases_of(by).where(Enterprise.id == enterprise_id))
    for key, (_before, after) in line.changes.items():
        setattr(enterprise, key, after)
    if "segment" in line.changes:
        others = [one for one in enterprise.segments if one != enterprise.segment]
        enterprise.segments = [str(enterprise.segment), *others]
    enterprise.version += 1
    db.session.flush()
    enterprise_changed.send(enterprise_id=enterprise_id, by=by, now=now)
