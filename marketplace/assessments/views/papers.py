"""Where a paper is shown to those who may see it: the group's own, and staff who check."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.assessments.queries import assessments as queries
from marketplace.core import papers
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import current_person, role

bp = Blueprint("fair_trade_papers", __name__, url_prefix="/comercio-justo/provas")
SEES = role("member", "manager", "facilitator", "articulation", "qualification", "head")


@bp.get("/<int:evidence_id>", allow=SEES)
def show(evidence_id: int) -> ResponseReturnValue:
    person = current_person()
    for seen in (queries.theirs(person), queries.seen_by(person)):
        paper = db.session.scalar(queries.evidence_in(seen, evidence_id))
        if paper and paper.file:
            return papers.answer(paper.file)
    raise NotFound
