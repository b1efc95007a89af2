"""Assessments at their turns."""

from datetime import timedelta
from typing import Any

from marketplace.accounts.models import Division
from marketplace.assessments.models.assessments import Assessment, Evidence, Said
from marketplace.assessments.models.commission import Appeal, CommissionMember, Outcome, Ruling
from marketplace.assessments.models.visits import Seen, Tie, Visit, VisitKind
from marketplace.assessments.operations import (
    answering,
    appeals,
    commission,
    criteria,
    ruling,
    visiting,
)
from marketplace.assessments.plans import Paper, RulingPlan, VisitorPlan, VisitPlan
from marketplace.assessments.queries import criteria as known
from marketplace.core import media
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW

BY: dict[str, Any] = {"by": HOUSE, "now": NOW}
FILE = "jpg-of-a-paper"
YEAR = timedelta(days=365)


def make_begun(enterprise: Enterprise) -> Assessment:
    criteria.load_reference(NOW)
    return answering.begin(enterprise.id, **BY)


def answer_all(assessment: Assessment, said: Said = Said.YES) -> None:
    for each in known.of_set(assessment.set_id):
        answering.answer(assessment.id, each.code, said=said, words="Fazemos assim", **BY)


def make_paper(enterprise: Enterprise, *, sent: bool = True) -> Evidence:
    """Make a paper by the first criterion of what a group sent."""
    assessment = make_begun(enterprise)
    answer_all(assessment)
    media.put(f"{FILE}.bin", b"a photo")
    told = Paper("Ata da assembleia", number="3/2026", file=FILE)
    paper = answering.add_paper(assessment.id, "scjs-p1", told, **BY)
    if sent:
        answering.send(assessment.id, **BY)
    return paper


def make_sent(enterprise: Enterprise) -> Assessment:
    return make_paper(enterprise).assessment


def visit_plan(**told: Any) -> VisitPlan:
    """Tell of a staff visit that saw all of it, unless told otherwise."""
    codes = [f"scjs-p{n}" for n in range(1, 8)] + [f"wfto-{n}" for n in range(1, 11)]
    known: dict[str, Any] = {
        "kind": VisitKind.STAFF,
        "visited_on": NOW.date(),
        "present": "A coordenação",
        "visitors": [VisitorPlan("Rosa Lima", Tie.NONE)],
        "findings": dict.fromkeys(codes, (Seen.YES, "")),
    }
    return VisitPlan(**known | told)


def make_group_visit(assessment: Assessment, **told: Any) -> Visit:
    media.put(f"{FILE}.bin", b"a photo")
    return visiting.note_visit(assessment.id, visit_plan(photos=[FILE], **told), **BY)


def make_commission(division: Division, many: int = 3) -> list[CommissionMember]:
    """Name so many people of a Division to its commission."""
    told: dict[str, Any] = {"seat": "Fórum", "from_on": NOW.date() - YEAR, "until_on": None} | BY
    people = [make_staff("council", division) for _ in range(many)]
    return [commission.name_member(division.id, one.id, **told) for one in people]


def ruling_plan(group: Enterprise, **told: Any) -> RulingPlan:
    """Tell of a meeting of three new members that granted one principle, unless told otherwise."""
    known: dict[str, Any] = {
        "outcome": Outcome.GRANTED,
        "met_on": NOW.date(),
        "reasons": "Vimos as atas e a oficina.",
        "aside": {},
        "principles": ["scjs-p1"],
    }
    if "decided" not in told:
        known["decided"] = [one.id for one in make_commission(group.division)]
    return RulingPlan(**known | told)


def make_ruling(group: Enterprise, **told: Any) -> Ruling:
    return ruling.decide(make_sent(group).id, ruling_plan(group, **told), **BY)


def make_appeal(group: Enterprise) -> Appeal:
    make_ruling(group, outcome=Outcome.NOT_GRANTED, principles=[])
    return appeals.appeal(group.id, words="A ata existe.", file=FILE, **BY)
