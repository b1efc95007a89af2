"""The ceiling of a regime of tax: a group's own, and those that are near theirs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.catalogue.forms.regimes import RegimeForm
from marketplace.catalogue.operations.regimes import say_regime
from marketplace.catalogue.queries import regimes
from marketplace.core import clock
from marketplace.core.paging import page_of
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise
from marketplace.orders.queries import ceilings

bp = Blueprint("ceilings", __name__)
READS, MANAGES = role("member", "manager", "facilitator"), role("manager")
SEES = role("articulation", "qualification", "head")
PER_PAGE = 50


@bp.get("/painel/teto", allow=READS)
def show() -> ResponseReturnValue:
    word = regimes.of_enterprise(current_enterprise().id)
    return _show(RegimeForm(formdata=None, data={"regime": word.regime if word else ""}))


@bp.post("/painel/teto", allow=MANAGES)
def update() -> ResponseReturnValue:
    form, enterprise = RegimeForm(), current_enterprise()
    form.offer(regimes.known())
    if not form.validate():
        return _show(form), 422
    say_regime(enterprise.id, form.regime.data or "", by=current_person(), now=clock.now())
    flash(_("It is noted."), "success")
    return redirect(url_for("ceilings.show"), 303)


@bp.get("/gestao/tetos", allow=SEES)
def index() -> ResponseReturnValue:
    person = current_person()
    today = clock.today(accounts.time_zone_of(person))
    near = [each for each in ceilings.for_staff(person, today) if each.step or not each.figure]
    page = page_of(near, request.args.get("pagina"), PER_PAGE)
    return render_template("orders/ceilings.html", page=page)


def _show(form: RegimeForm) -> str:
    enterprise = current_enterprise()
    form.offer(regimes.known())
    return render_template(
        "orders/ceiling.html",
        enterprise=enterprise,
        form=form,
        stand=ceilings.of_enterprise(enterprise, clock.today(enterprise.division.time_zone)),
        decides=enterprises.is_manager(current_person(), enterprise.id),
    )
