"""What the assessments tell: staff of what was sent, the group of what was decided."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from marketplace.accounts import serving
from marketplace.accounts.models import Role
from marketplace.assessments.models.assessments import Assessment, Move, MoveKind
from marketplace.assessments.models.commission import Appeal, Ruling
from marketplace.assessments.models.visits import Visit
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell

OURS, CASES = "/painel/grupo/comercio-justo", "/gestao/comercio-justo"

register(
    "assessment_sent",
    title=_("%(enterprise)s sent its answers on fair trade"),
    body=_("The answers wait to be read, and the papers to be checked."),
)
register(
    "assessment_returned",
    title=_("Something is missing in your fair trade answers"),
    body=_("The Division says: %(reason)s Complete the answers and send them again."),
)
register(
    "assessment_decided",
    title=_("The commission decided about fair trade in your group"),
    body=_("Read the decision and its reasons: %(reason)s"),
)
register(
    "ruling_appealed",
    title=_("%(enterprise)s appeals a decision on fair trade"),
    body=_("The commission looks again, with members who did not decide the first time."),
)
register(
    "ruling_ends",
    title=_("Your fair trade check ends on %(day)s"),
    body=_("Answer the principles again, so that the commission can renew it in time."),
)
register(
    "assessment_visited",
    title=_("The visit to your group is noted"),
    body=_("Read what the visitors saw. Is something wrong? Tell the Division."),
)


def tell_visit(visit: Visit, *, by: Person, now: datetime) -> None:
    """Tell the group what was noted of a visit."""
    told = enterprises.user_ids_of(visit.assessment.enterprise_id)
    key = f"assessment_visit:{visit.id}"
    tell(told, "assessment_visited", {}, OURS, key=key, by=by, now=now)


def tell_appeal(appeal: Appeal, group: Enterprise, *, by: Person, now: datetime) -> None:
    """Tell the staff of the Division that a group appeals."""
    facts, path = {"enterprise": group.name}, f"{CASES}/{appeal.assessment_id}/decisao"
    key = f"ruling_appeal:{appeal.id}"
    tell(staff_of(group.division_id), "ruling_appealed", facts, path, key=key, by=by, now=now)


def tell_renewal(ruling: Ruling, days: int, *, by: Person, now: datetime) -> None:
    """Tell a group that what was granted ends soon."""
    told = enterprises.user_ids_of(ruling.enterprise_id)
    ends = ruling.valid_until.strftime("%d/%m/%Y") if ruling.valid_until else ""
    key = f"ruling_ends:{ruling.id}:{days}"
    tell(told, "ruling_ends", {"day": ends}, OURS, key=key, by=by, now=now)


def tell_move(assessment: Assessment, move: Move, *, by: Person, now: datetime) -> None:
    """Tell who has to know what happened."""
    group = assessment.enterprise
    facts = {"enterprise": group.name, "reason": move.reason}
    key = f"assessment_move:{move.id}"
    kind = f"assessment_{move.kind.value}"
    if move.kind is MoveKind.SENT:
        told, path = staff_of(group.division_id), f"{CASES}/{assessment.id}"
    else:
        told, path = enterprises.user_ids_of(group.id), OURS
    tell(told, kind, facts, path, key=key, by=by, now=now)


def staff_of(division_id: int) -> list[int]:
    return list(db.session.scalars(serving.holding([Role.ARTICULATION], division_id)))
