"""Where staff print what a fair needs on paper."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.core import clock, pdf
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.fairs import day_sheets, posters
from marketplace.fairs.models.fairs import Fair, FairDay
from marketplace.fairs.queries import calendar
from marketplace.fairs.queries import papers as queries

bp = Blueprint("fair_papers", __name__, url_prefix="/gestao/feiras/<int:fair_id>/impressos")
SEES = role("articulation", "head", "qualification")
RUNS = role("articulation", "head")


@bp.get("", allow=SEES)
def index(fair_id: int) -> ResponseReturnValue:
    return render_template("fairs/papers.html", fair=_theirs(fair_id))


@bp.get("/cartaz.pdf", allow=SEES)
def show_poster(fair_id: int) -> ResponseReturnValue:
    return pdf.answer(posters.poster(_theirs(fair_id)), "cartaz")


@bp.get("/placas.pdf", allow=SEES)
def show_signs(fair_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    return pdf.answer(posters.signs(fair, calendar.exhibitors(fair.id)), "placas")


@bp.get("/planilha-de-vendas.pdf", allow=SEES)
def show_blank(fair_id: int) -> ResponseReturnValue:
    return pdf.answer(day_sheets.blank(_theirs(fair_id)), "planilha-de-vendas")


@bp.get("/<int:day_id>/reservas.pdf", allow=RUNS)
def show_reservations(fair_id: int, day_id: int) -> ResponseReturnValue:
    """Show who collects what: names of buyers, so each reading is noted."""
    day = _day(fair_id, day_id)
    orders = queries.to_collect(day.collection_id)
    return pdf.answer(day_sheets.reservations(day, orders, clock.now()), "reservas")


@bp.get("/<int:day_id>/fechamento.pdf", allow=SEES)
def show_closing(fair_id: int, day_id: int) -> ResponseReturnValue:
    day = _day(fair_id, day_id)
    pieces = queries.pieces(day.collection_id)
    return pdf.answer(day_sheets.closing(day, pieces, clock.now()), "fechamento")


def _theirs(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _day(fair_id: int, day_id: int) -> FairDay:
    return find_one(queries.announced(_theirs(fair_id).id, day_id))
