"""The tables of laws: for staff who check them, and for groups what may be relied on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.catalogue.forms.legal import HOLDS, CheckForm
from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.operations.legal import check_figure
from marketplace.catalogue.queries import legal
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("legal_tables", __name__)
STAFF = role("head", "articulation", "qualification", "administrator")
REVIEWS = role("head", "articulation", "qualification")
SELLS = role("member", "manager", "facilitator")


@bp.get("/gestao/tabelas-legais", allow=STAFF)
def index() -> ResponseReturnValue:
    asked = request.args.get("tipo", "")
    kind = LegalKind(asked) if asked in [each.value for each in LegalKind] else None
    kind = kind or LegalKind.MINIMUM_PRICE
    today = clock.today(accounts.time_zone_of(current_person()))
    rows = legal.told(kind)
    told: dict[str, Any] = {"kind": kind, "kinds": LegalKind, "rows": rows, "day": today}
    return render_template("catalogue/legal.html", **told, reviews=REVIEWS(current_person()))


@bp.get("/gestao/tabelas-legais/<int:figure_id>", allow=STAFF)
def show(figure_id: int) -> ResponseReturnValue:
    return _show(find_one(legal.figure(figure_id)), CheckForm(formdata=None))


@bp.post("/gestao/tabelas-legais/<int:figure_id>", allow=STAFF)
def create_check(figure_id: int) -> ResponseReturnValue:
    """Note that it was read in the act, or that the act says otherwise."""
    figure, form = find_one(legal.figure(figure_id)), CheckForm()
    if not form.validate():
        return _show(figure, form), 422
    told: Any = {"holds": form.diz.data == HOLDS, "by": current_person(), "now": clock.now()}
    check_figure(figure.id, form.place.data or "", **told)
    flash(_("It is noted with your name and today's date."), "success")
    return redirect(url_for("legal_tables.show", figure_id=figure.id), 303)


@bp.get("/painel/precos-minimos", allow=SELLS)
def minimum_prices() -> ResponseReturnValue:
    """Show a group the minimum prices that were read in the act."""
    today = clock.today(current_enterprise().division.time_zone)
    rows = legal.used(LegalKind.MINIMUM_PRICE, today)
    return render_template("catalogue/minimum_prices.html", rows=rows, day=today)


def _show(figure: LegalFigure, form: CheckForm) -> str:
    others = [each for each in legal.told(figure.kind) if each.figure.subject == figure.subject]
    found = next(each for each in others if each.figure.id == figure.id)
    zone = accounts.time_zone_of(current_person())
    told: dict[str, Any] = {"it": found, "others": others, "form": form, "zone": zone}
    told["reviews"] = REVIEWS(current_person())
    return render_template("catalogue/legal_one.html", **told)
