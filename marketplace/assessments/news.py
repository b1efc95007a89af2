"""What the assessments tell: staff of what was sent, the group of what was decided."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from marketplace.accounts.models import Grant, Role
from marketplace.assessments.models.assessments import Assessment, Move, MoveKind
from marketplace.assessments.models.visits import Visit
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell

OURS = "/painel/grupo/comercio-justo"

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
    "assessment_visited",
    title=_("The visit to your group is noted"),
    body=_("Read what the visitors saw. Is something wrong? Tell the Division."),
)


def tell_visit(visit: Visit, *, by: Person, now: datetime) -> None:
    """Tell the group what was noted of a visit."""
    told = enterprises.user_ids_of(visit.assessment.enterprise_id)
    key = f"assessment_visit:{visit.id}"
    tell(told, "assessment_visited", {}, OURS, key=key, by=by, now=now)


def tell_move(assessment: Assessment, move: Move, *, by: Person, now: datetime) -> None:
    """Tell who has to know what happened."""
    group = assessment.enterprise
    facts = {"enterprise": group.name, "reason": move.reason}
    key = f"assessment_move:{move.id}"
    kind = f"assessment_{move.kind.value}"
    if move.kind is MoveKind.SENT:
        told, path = staff_of(group.division_id), f"/gestao/comercio-justo/{assessment.id}"
    else:
        told, path = enterprises.user_ids_of(group.id), OURS
    tell(told, kind, facts, path, key=key, by=by, now=now)


def staff_of(division_id: int) -> list[int]:
    grants = sa.select(Grant.user_id).where(
        Grant.role == Role.ARTICULATION,
        Grant.division_id == division_id,
        Grant.ended_at.is_(None),
    )
    return list(db.session.scalars(grants))
