"""Opinions of the council on issued reports, and the vote on each."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.oversight import council_words
from marketplace.oversight.errors import (
    BadDeadline,
    OpinionStands,
    OwnReport,
    VotedAlready,
    VoteOver,
    VoteSaysWhy,
    WordsMissing,
)
from marketplace.oversight.forms.council import OpinionForm, VoteForm
from marketplace.oversight.models.council import Choice, Opinion
from marketplace.oversight.operations import opinions
from marketplace.oversight.queries import council
from marketplace.reports import queries as reports
from marketplace.reports.models.issued import IssuedReport

bp = Blueprint("council_opinions", __name__)
READS = role("council", "head", "articulation", "qualification", "finance")
WRITES = role("council")
ON_REPORT = "/gestao/relatorios/emitidos/<int:report_id>/pareceres"
LIST = "/gestao/conselho/pareceres"


@bp.get(LIST, allow=READS)
def index() -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    page = paginate(council.opinions(person), request.args.get("pagina"))
    return render_template(
        "oversight/opinions.html",
        rows=[(one, council.tally(one, now)) for one in page.items],
        page=page,
        said=council_words,
        area=_area(),
    )


@bp.get(ON_REPORT, allow=READS)
def show(report_id: int) -> ResponseReturnValue:
    return _page(report_id)


@bp.post(ON_REPORT, allow=WRITES)
def create(report_id: int) -> ResponseReturnValue:
    form = OpinionForm()
    if not form.validate():
        return _page(report_id, opinion=form), 422
    told: Any = (str(form.words.data), form.closes_on.data)
    try:
        opinions.write_opinion(_report(report_id).id, *told, by=current_person(), now=clock.now())
    except (OwnReport, OpinionStands, BadDeadline, WordsMissing) as no:
        form.closes_on.errors = [str(no)]
        return _page(report_id, opinion=form), no.status
    flash(_("The opinion is written. The council was told that it may vote."), "success")
    return redirect(url_for("council_opinions.show", report_id=report_id), 303)


@bp.post(f"{LIST}/<int:opinion_id>/votos", allow=WRITES)
def create_vote(opinion_id: int) -> ResponseReturnValue:
    person, form = current_person(), VoteForm()
    opinion = find_one(council.opinions(person).where(Opinion.id == opinion_id))
    if not form.validate():
        return _page(opinion.report_id, vote=form), 422
    told = (Choice(form.choice.data), str(form.reason.data))
    try:
        opinions.cast_vote(opinion_id, *told, by=person, now=clock.now())
    except (OwnReport, VoteOver, VotedAlready, VoteSaysWhy) as no:
        form.reason.errors = [str(no)]
        return _page(opinion.report_id, vote=form), no.status
    flash(_("Your vote counts."), "success")
    return redirect(url_for("council_opinions.show", report_id=opinion.report_id), 303)


def _page(report_id: int, **typed: FlaskForm) -> str:
    report, person, now = _report(report_id), current_person(), clock.now()
    found = [
        (one, council.tally(one, now), council.members_of(one, now))
        for one in council.opinions_on(report.id)
    ]
    empty = {"opinion": OpinionForm(formdata=None), "vote": VoteForm(formdata=None)}
    member = WRITES(person) and person.id != report.issued_by_id
    stands = any(not tally.is_over or tally.carries for _one, tally, _members in found)
    return render_template(
        "oversight/report_opinions.html",
        report=report,
        found=found,
        form=next(iter(typed.values()), None),
        forms=empty | typed,
        may_write=member and not stands,
        may_vote=lambda one: member and all(vote.by_id != person.id for vote in one.votes),
        said=council_words,
        zone=report.division.time_zone,
        area=_area(),
    )


def _report(report_id: int) -> IssuedReport:
    return find_one(reports.issued(current_person()).where(IssuedReport.id == report_id))


def _area() -> str:
    return "conselho" if WRITES(current_person()) else "gestao"
