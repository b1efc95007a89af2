"""Assessments at their turns."""

from typing import Any

from marketplace.assessments.models.assessments import Assessment, Evidence, Said
from marketplace.assessments.operations import answering, criteria
from marketplace.assessments.plans import Paper
from marketplace.assessments.queries import criteria as known
from marketplace.core import media
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from tests.factories.clock import NOW

BY: dict[str, Any] = {"by": HOUSE, "now": NOW}
FILE = "jpg-of-a-paper"


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
