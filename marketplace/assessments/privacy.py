"""What the assessments keep of groups: what they said, their papers, and what was decided."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from marketplace.assessments.models.assessments import Answer, Assessment, Evidence, Move
from marketplace.assessments.models.commission import Appeal, CommissionMember, Ruling
from marketplace.assessments.models.criteria import CriteriaSet, Criterion
from marketplace.assessments.models.visits import Finding, Visit, Visitor, VisitPhoto
from marketplace.core.database import db
from marketplace.core.privacy import ERASED, Subject, harmless, personal, picture, register

ASSESSING = _("To check whether a group trades fairly")
PUBLIC_POLICY = _("it is part of a public policy (LGPD art. 7, III; Decreto 7.358/2010)")

harmless(CriteriaSet, "version in_force_on")
harmless(Criterion, "code source texts origin confidence")
harmless(Evidence, "issued_on expires_on")
personal(
    Move,
    whose={"assessment": "assessment_id"},
    erased={"reason": ""},
    title=_("Decision about fair trade"),
    shows="moved_at reason",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    Answer,
    whose={"assessment": "assessment_id"},
    erased={"words": ""},
    title=_("Answer on fair trade"),
    shows="answered_at words",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    Evidence,
    whose={"assessment": "assessment_id"},
    erased={"title": "", "number": "", "file": "", "check_note": ""},
    title=_("Paper on fair trade"),
    shows="added_at title number issued_on expires_on check_note",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
picture(Evidence, "file")
harmless(Visit, "visited_on key")
harmless(CommissionMember, "seat from_on until_on")
harmless(Ruling, "met_on valid_until key")
personal(
    Ruling,
    whose={"assessment": "assessment_id"},
    erased={"reasons": "", "conditions": ""},
    title=_("Decision about fair trade"),
    shows="met_on reasons conditions valid_until",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    Appeal,
    whose={"assessment": "assessment_id"},
    erased={"words": "", "file": ""},
    title=_("Appeal about fair trade"),
    shows="sent_at words",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
picture(Appeal, "file")
personal(
    Visit,
    whose={"assessment": "assessment_id"},
    erased={"present": ""},
    title=_("Visit about fair trade"),
    shows="visited_on present",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    Visitor,
    whose={"visit": "visit_id"},
    erased={"name": ERASED},
    title=_("Who visited about fair trade"),
    shows="name",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    Finding,
    whose={"visit": "visit_id"},
    erased={"note": ""},
    title=_("What was seen in a visit"),
    shows="note",
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
personal(
    VisitPhoto,
    whose={"visit": "visit_id"},
    erased={"file": ""},
    why=ASSESSING,
    ground=PUBLIC_POLICY,
)
picture(VisitPhoto, "file")


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Add the assessments of the groups that go with them."""
    ids = sa.select(Assessment.id).where(Assessment.enterprise_id.in_(theirs.of("enterprise")))
    theirs.of("assessment").update(db.session.scalars(ids))
    visits = sa.select(Visit.id).where(Visit.assessment_id.in_(theirs.of("assessment")))
    theirs.of("visit").update(db.session.scalars(visits))
