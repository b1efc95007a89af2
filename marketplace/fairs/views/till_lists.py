"""What the tills of a fair undid, took back, or sold for goods: each list whole, page by page."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.names import names_of
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.queries import calendar, returns
from marketplace.fairs.queries import tills as queries

bp = Blueprint("till_lists", __name__, url_prefix="/gestao/feiras/<int:fair_id>/caixas")
SEES = role("articulation", "head", "qualification")


@bp.get("/desfeitas", allow=SEES)
def show_undone(fair_id: int) -> ResponseReturnValue:
    return _page(fair_id, "undone", queries.undone(fair_id))


@bp.get("/devolucoes", allow=SEES)
def show_returned(fair_id: int) -> ResponseReturnValue:
    return _page(fair_id, "returned", returns.of_fair(fair_id))


@bp.get("/trocas", allow=SEES)
def show_bartered(fair_id: int) -> ResponseReturnValue:
    return _page(fair_id, "bartered", queries.bartered(fair_id))


def _page(fair_id: int, what: str, query: sa.Select[Any]) -> str:
    fair = find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))
    page = paginate(query, request.args.get("pagina"))
    cashiers = names_of(getattr(one, "cashier_id", None) for one in page.items)
    return render_template("fairs/till_list.html", fair=fair, what=what, page=page, names=cashiers)
