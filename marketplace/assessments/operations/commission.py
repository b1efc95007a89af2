"""Who sits in the commission, and for how long what it grants holds."""

from datetime import date, datetime

from marketplace.assessments.errors import AlreadyNamed, EndsBeforeItBegins, NotOfTheDivision
from marketplace.assessments.models.commission import CommissionMember, RulingTerm
from marketplace.assessments.queries import rulings
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean


@operation
def name_member(
    division_id: int,
    user_id: int,
    *,
    seat: str,
    from_on: date,
    until_on: date | None,
    by: Person,
    now: datetime,
) -> CommissionMember:
    """Name somebody to a Division's commission, from a day to a day.

    :raises NotFound: if ``by`` does not serve it.
    :raises NotOfTheDivision: for who has no role in it.
    :raises AlreadyNamed: for who sits in it on that day.
    :raises EndsBeforeItBegins: for a last day before the first.
    """
    _check_serves(division_id, by)
    if user_id not in dict(rulings.nameable(division_id)):
        raise NotOfTheDivision
    if until_on is not None and until_on < from_on:
        raise EndsBeforeItBegins
    if any(one.user_id == user_id for one in rulings.in_office(division_id, from_on)):
        raise AlreadyNamed
    told = {"seat": clean(seat), "from_on": from_on, "until_on": until_on}
    made = CommissionMember(division_id=division_id, user_id=user_id, **told)
    made.named_at, made.named_by_id = now, by.id
    db.session.add(made)
    db.session.flush()
    audit.record("commission_named", by=by, now=now, member_id=made.id, user_id=user_id)
    return made


@operation
def end_membership(member_id: int, *, last_on: date, by: Person, now: datetime) -> None:
    """Say on which day a membership ends; what the member decided stays.

    :raises NotFound: outside ``by``'s Divisions.
    :raises EndsBeforeItBegins: for a day before its first.
    """
    member = lock_one(rulings.named_by(by, member_id))
    if last_on < member.from_on:
        raise EndsBeforeItBegins
    if member.until_on is None or last_on < member.until_on:
        member.until_on = last_on
        audit.record("commission_left", by=by, now=now, member_id=member_id)


@operation
def set_term(division_id: int, months: int, *, by: Person, now: datetime) -> None:
    """Say for how many months what is granted from now on holds; the same again is nothing new.

    :raises NotFound: if ``by`` does not serve the Division.
    """
    _check_serves(division_id, by)
    if rulings.term_months(division_id) == months:
        return
    row = RulingTerm(division_id=division_id, months=months, set_at=now, by_id=by.id)
    db.session.add(row)
    audit.record("ruling_term_set", by=by, now=now, division_id=division_id, months=months)


def _check_serves(division_id: int, by: Person) -> None:
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
