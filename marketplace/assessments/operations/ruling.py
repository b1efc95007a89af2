"""What the commission decides about a group, at a meeting."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask_babel import format_date

from marketplace.assessments import news
from marketplace.assessments.errors import (
    AppealWaits,
    ConditionsMissing,
    ConditionsTooLong,
    DecidedBefore,
    MeetingTooEarly,
    MemberTied,
    NotInOffice,
    PrinciplesMissing,
    QuorumMissing,
    VisitAhead,
    WhyNeeded,
    WrongState,
)
from marketplace.assessments.models.assessments import Assessment, MoveKind, State
from marketplace.assessments.models.commission import (
    HOLDS,
    QUORUM,
    CommissionMember,
    Outcome,
    Ruling,
    RulingPrinciple,
    RulingVote,
)
from marketplace.assessments.models.visits import Tie
from marketplace.assessments.plans import RulingPlan
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, rulings
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts
from marketplace.enterprises import queries as enterprises


@operation
def decide(assessment_id: int, plan: RulingPlan, *, by: Person, now: datetime) -> Ruling:
    """Write down what the commission decided at a meeting; the group is told, with the reasons.

    What is granted holds for the Division's term, counted from the first meeting about this
    assessment; with conditions, until the day by which they are to be met. Who sat in the
    commission and who was tied is asked as of the meeting. The same ``plan.key`` is one ruling.

    :raises NotFound: outside ``by``'s Divisions.
    :raises OwnEnterprise: if ``by`` belongs to the group.
    :raises WrongState: where there is nothing to decide, or nothing to suspend.
    :raises AppealWaits: while an appeal in another assessment of the group has no answer.
    :raises VisitAhead: for a day still to come. :raises WhyNeeded: without reasons.
    :raises MeetingTooEarly: for a day before the answers, the last ruling or the appeal came.
    :raises NotInOffice: for who did not sit in the commission that day.
    :raises MemberTied: for a member who belonged to the group and did not stand aside.
    :raises QuorumMissing: with fewer than three who decided.
    :raises DecidedBefore: for who decided what the appeal is against, with three others there.
    :raises ConditionsMissing: for conditions without words, or without a day after the meeting.
    :raises ConditionsTooLong: for a day on which nothing granted would hold any more.
    :raises PrinciplesMissing: where something is granted for no principle of its version.

    **Source:** Decreto 7.358/2010, art. 2; Lei 9.784/1999, arts. 18 and 56 (who decides, appeal).
    """
    assessment = lock_one(queries.checked_by(by).where(Assessment.id == assessment_id))
    lock_one(enterprises.by_id(assessment.enterprise_id))  # as who appeals does
    conflicts.keep_out(by, assessment.enterprise)
    if there := rulings.noted_as(assessment_id, plan.key):
        return there
    before = rulings.of_assessment(assessment_id)
    appealed = before[0] if before and rulings.appeal_against(before[0].id) else None
    _check_turn(assessment, before, plan, now, appealed=appealed is not None)
    votes = _votes(assessment, appealed, plan)
    ruling = _ruling(assessment, before, plan)
    ruling.answers_id = appealed.id if appealed else None
    ruling.votes, ruling.principles = votes, _principles(assessment, plan)
    ruling.noted_at, ruling.by_id, ruling.key = now, by.id, plan.key or None
    db.session.add(ruling)
    move = assessment.move(MoveKind.DECIDED, by_id=by.id, now=now, reason=ruling.reasons)
    db.session.flush()
    audit.record("fair_trade_ruled", by=by, now=now, ruling_id=ruling.id, outcome=plan.outcome)
    news.tell_move(assessment, move, by=by, now=now)
    return ruling


def _check_turn(
    assessment: Assessment,
    before: Sequence[Ruling],
    plan: RulingPlan,
    now: datetime,
    *,
    appealed: bool,
) -> None:
    today = clock.today(assessment.enterprise.division.time_zone, now)
    if plan.met_on > today:
        raise VisitAhead
    if assessment.state is State.DRAFT:
        raise WrongState
    if not appealed and not _fits(before, plan.outcome, today):
        raise WrongState
    newest = rulings.last_of(assessment.enterprise_id)
    if before and newest and newest.assessment_id != assessment.id:
        raise WrongState  # a later assessment of the group was decided since
    if rulings.appeal_waits(assessment.enterprise_id, besides=assessment.id):
        raise AppealWaits
    if plan.met_on < (earliest := rulings.earliest_meeting(assessment)):
        raise MeetingTooEarly(day=format_date(earliest))


def _fits(before: Sequence[Ruling], outcome: Outcome, today: date) -> bool:
    if not before:
        return outcome is not Outcome.SUSPENDED
    last = before[0]
    if outcome is Outcome.SUSPENDED:
        return last.holds_on(today)
    return last.outcome in (Outcome.SUSPENDED, Outcome.WITH_CONDITIONS)


def _votes(assessment: Assessment, appealed: Ruling | None, plan: RulingPlan) -> list[RulingVote]:
    group = assessment.enterprise
    office = {one.id: one for one in rulings.in_office(group.division_id, plan.met_on)}
    named = {*plan.decided, *plan.aside}
    if not named <= office.keys():
        raise NotInOffice
    decided = {member_id for member_id in plan.decided if member_id not in plan.aside}
    free = {one.id for one in office.values() if not rulings.tied(one, group, plan.met_on)}
    if tied := decided - free:
        raise MemberTied(name=_names(office[one] for one in sorted(tied)))
    if len({office[one].user_id for one in decided}) < QUORUM:
        raise QuorumMissing(least=QUORUM)
    if appealed:
        first = appealed.deciders
        again = sorted(one for one in decided if office[one].user_id in first)
        others = {office[one].user_id for one in free - plan.aside.keys()} - first
        if again and len(others) >= QUORUM:
            raise DecidedBefore(name=_names(office[one] for one in again))
    votes = [RulingVote(member_id=one, tie=Tie.NONE) for one in sorted(decided)]
    return votes + [RulingVote(member_id=one, tie=tie) for one, tie in plan.aside.items()]


def _names(members: Iterable[CommissionMember]) -> str:
    return ", ".join(one.user.name for one in members)


def _ruling(assessment: Assessment, before: Sequence[Ruling], plan: RulingPlan) -> Ruling:
    if not (reasons := clean(plan.reasons, lines=True)):
        raise WhyNeeded
    first = before[-1].met_on if before else plan.met_on
    most = months_after(first, rulings.term_months(assessment.enterprise.division_id))
    conditions, until = "", most if plan.outcome is Outcome.GRANTED else None
    if plan.outcome is Outcome.WITH_CONDITIONS:
        conditions, until = _conditions(plan, most)
    return Ruling(
        enterprise_id=assessment.enterprise_id,
        assessment_id=assessment.id,
        outcome=plan.outcome,
        met_on=plan.met_on,
        reasons=reasons,
        conditions=conditions,
        valid_until=until,
    )


def _conditions(plan: RulingPlan, most: date) -> tuple[str, date]:
    words, until = clean(plan.conditions, lines=True), plan.conditions_until
    if not words or until is None or until <= plan.met_on:
        raise ConditionsMissing
    if until > most:
        raise ConditionsTooLong(day=format_date(most))
    return words, until


def _principles(assessment: Assessment, plan: RulingPlan) -> list[RulingPrinciple]:
    if plan.outcome not in HOLDS:
        return []
    ids = {each.code: each.id for each in criteria.of_set(assessment.set_id)}
    if not plan.principles or not set(plan.principles) <= ids.keys():
        raise PrinciplesMissing
    return [RulingPrinciple(criterion_id=ids[code]) for code in dict.fromkeys(plan.principles)]


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
