"""Saying what an indicator is to reach in a year."""

from datetime import datetime

from marketplace.accounts.models import Division
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.reports import queries
from marketplace.reports.errors import TargetSaysWhy, TargetWrong
from marketplace.reports.indicators.measures import BY_KEY, most
from marketplace.reports.models.targets import Target

REASON_LENGTH = 300
YEARS = range(2001, 2100)


@operation
def set_target(
    division_id: int,
    key: str,
    hundredths: int,
    *,
    year: int,
    reason: str,
    by: Person,
    now: datetime,
) -> int:
    """Let an indicator of a Division have a target for a year; return that word's id.

    In hundredths of a per cent, of a real or of a point.

    :raises NotFound: for another indicator, or a Division of which ``by`` is not the head.
    :raises TargetWrong: for more than it can reach, or another time.
    :raises TargetSaysWhy: without a reason.
    """
    if (measure := BY_KEY.get(key)) is None:
        raise NotFound
    division = find_one(queries.divisions_issued_by(by).where(Division.id == division_id))
    if not 0 <= hundredths <= most(measure) or year not in YEARS:
        raise TargetWrong
    if not (reason := clean(reason)[:REASON_LENGTH]):
        raise TargetSaysWhy
    said = {"reason": reason, "set_at": now, "set_by_id": by.id}
    target = Target(
        division_id=division.id, indicator=key, year=year, hundredths=hundredths, **said
    )
    db.session.add(target)
    db.session.flush()
    facts = {"division_id": division.id, "indicator": key, "year": year}
    audit.record("indicator_target_set", by=by, now=now, **facts, hundredths=hundredths)
    return target.id
