"""Visits to a group, noted once; a mistake is put right by another visit in its place."""

from datetime import datetime

from marketplace.assessments import news
from marketplace.assessments.errors import (
    FindingsMissing,
    NobodyVisited,
    PeersNeeded,
    SeenWordsMissing,
    TooManyVisitPhotos,
    VisitAhead,
    WrongState,
)
from marketplace.assessments.models.assessments import Assessment, State
from marketplace.assessments.models.visits import (
    Finding,
    Seen,
    Visit,
    VisitKind,
    Visitor,
    VisitPhoto,
)
from marketplace.assessments.plans import VisitPlan
from marketplace.assessments.queries import assessments as queries
from marketplace.assessments.queries import criteria, visits
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts

MOST_PHOTOS, LONGEST = 6, 500


@operation
def note_visit(assessment_id: int, plan: VisitPlan, *, by: Person, now: datetime) -> Visit:
    """Note who went to see a group and what they saw; the group is told.

    With ``plan.corrects_id`` it takes the place of that visit, which stays as it was noted. The
    same ``plan.key`` is one visit.

    :raises NotFound: outside ``by``'s Divisions, or for a visit that was not for it.
    :raises OwnEnterprise: if ``by`` belongs to the group. :raises WrongState: unless it was sent,
        or where the visit was corrected already.
    :raises VisitAhead: for a day still to come there. :raises NobodyVisited: without visitors.
    :raises PeersNeeded: for a peer visitor who is not of another approved group.
    :raises FindingsMissing: where a criterion is left out.
    :raises SeenWordsMissing: for what was partly or not so, without words.
    :raises TooManyVisitPhotos: beyond six.

    **Source:** Decreto 6.323/2007, art. 2 and 38 (participatory guarantee: visits by peers).
    """
    assessment = lock_one(queries.checked_by(by).where(Assessment.id == assessment_id))
    conflicts.keep_out(by, assessment.enterprise)
    if there := visits.noted_as(assessment_id, plan.key):
        return there
    _check_place(assessment, plan)
    _check_told(assessment, plan, now)
    told = {"kind": plan.kind, "visited_on": plan.visited_on, "present": clean(plan.present)}
    visit = Visit(assessment_id=assessment_id, corrects_id=plan.corrects_id, **told)
    visit.by_id, visit.noted_at, visit.key = by.id, now, plan.key or None
    visit.visitors = [Visitor(**vars(one)) for one in plan.visitors]
    visit.findings = _findings(assessment, plan)
    visit.photos = [VisitPhoto(file=file) for file in dict.fromkeys(plan.photos)]
    db.session.add(visit)
    db.session.flush()
    audit.record("group_visited", by=by, now=now, visit_id=visit.id, visit_kind=plan.kind)
    news.tell_visit(visit, by=by, now=now)
    return visit


def _check_place(assessment: Assessment, plan: VisitPlan) -> None:
    if assessment.state is not State.SENT:
        raise WrongState
    if plan.corrects_id is None:
        return
    old = find_one(visits.visit_in(queries.by_id(assessment.id), plan.corrects_id))
    if old not in visits.of_assessment(assessment.id):
        raise WrongState


def _check_told(assessment: Assessment, plan: VisitPlan, now: datetime) -> None:
    group = assessment.enterprise
    if plan.visited_on > clock.today(group.division.time_zone, now):
        raise VisitAhead
    if not plan.visitors:
        raise NobodyVisited
    theirs = {one.enterprise_id for one in plan.visitors}
    if plan.kind is VisitKind.PEER:
        named = {one for one in theirs if one is not None}
        if named != theirs or visits.count_of_peers(group, named) != len(named):
            raise PeersNeeded
    if len(dict.fromkeys(plan.photos)) > MOST_PHOTOS:
        raise TooManyVisitPhotos(most=MOST_PHOTOS)


def _findings(assessment: Assessment, plan: VisitPlan) -> list[Finding]:
    ids = {each.code: each.id for each in criteria.of_set(assessment.set_id)}
    if ids.keys() != plan.findings.keys():
        raise FindingsMissing
    made = []
    for code, (seen, note) in plan.findings.items():
        kept = clean(note)[:LONGEST]
        if seen in (Seen.PARTLY, Seen.NO) and not kept:
            raise SeenWordsMissing
        made.append(Finding(criterion_id=ids[code], seen=seen, note=kept))
    return made
