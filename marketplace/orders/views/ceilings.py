"""The ceiling of a regime of tax: a group's own, and those that are near theirs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.accounts import queries as accounts
from marketplace.catalogue.forms.regimes import RegimeForm
from marketplace.catalogue.operations.regimes import say_regime
from marketplace.catalogue.queries import regimes
from marketplace.core import clock, files
from marketplace.core.paging import page_of
from marketplace.core.rights import current_person, role
from marketplace.core.sheets import writing
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise
from marketplace.orders.queries import ceilings
from marketplace.orders.queries.ceilings import Stand

bp = Blueprint("ceilings", __name__)
READS, MANAGES = role("member", "manager", "facilitator"), role("manager")
SEES = role("articulation", "qualification", "head")
PER_PAGE = 50
HEADERS = (
    *(lazy_gettext("Enterprise code"), lazy_gettext("Enterprise"), lazy_gettext("Regime")),
    *(lazy_gettext("Since 1 January (R$)"), lazy_gettext("In 12 months (R$)")),
    *(lazy_gettext("Ceiling (R$)"), lazy_gettext("Percent of the ceiling")),
    *(lazy_gettext("Act"), lazy_gettext("Source")),
)
NUMBERS = range(3, 7)


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
    page = page_of(_near(), request.args.get("pagina"), PER_PAGE)
    return render_template("orders/ceilings.html", page=page)


@bp.get("/gestao/tetos.csv", allow=SEES)
def export_csv() -> ResponseReturnValue:
    return files.as_file(writing.write_csv(*_sheet()), "tetos.csv", files.CSV)


@bp.get("/gestao/tetos.xlsx", allow=SEES)
def export_xlsx() -> ResponseReturnValue:
    content = writing.write_xlsx(*_sheet(), numbers=NUMBERS)
    return files.as_file(content, "tetos.xlsx", files.XLSX)


def _near() -> list[Stand]:
    person = current_person()
    return ceilings.near(person, clock.today(accounts.time_zone_of(person)))


def _sheet() -> tuple[list[str], list[list[str]]]:
    """Return the headings and a row for each group of the list, so many times an hour."""
    files.pace()
    return [str(header) for header in HEADERS], [_cells(each) for each in _near()]


def _cells(it: Stand) -> list[str]:
    named = [it.enterprise_code, it.enterprise, it.regime]
    sold = [writing.reais(it.year_cents), writing.reais(it.months_cents)]
    if (figure := it.figure) is None:
        return [*named, *sold, "", "", "", ""]
    ceiling = [writing.reais(figure.amount_cents), str(it.percent)]
    return [*named, *sold, *ceiling, figure.act, figure.source]


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
