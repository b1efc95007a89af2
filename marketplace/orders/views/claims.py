"""Sales under a minimum price of the law: what a group may claim, and its Division's list."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.accounts import queries as accounts
from marketplace.catalogue import labels
from marketplace.catalogue.editing import theirs
from marketplace.catalogue.forms.minimums import BETWEEN, TieForm
from marketplace.catalogue.operations.minimums import tie_minimum
from marketplace.catalogue.queries import minimums
from marketplace.core import clock, files
from marketplace.core.paging import page_of
from marketplace.core.rights import current_person, role
from marketplace.core.sheets import writing
from marketplace.enterprises.choosing import current_enterprise
from marketplace.orders.queries import claims
from marketplace.orders.queries.claims import Claim

bp = Blueprint("claims", __name__)
SELLS = role("member", "manager", "facilitator")
SEES = role("articulation", "qualification", "head")
PER_PAGE = 50
HEADERS = (
    *(lazy_gettext("Day"), lazy_gettext("Enterprise code"), lazy_gettext("Enterprise")),
    *(lazy_gettext("Product"), lazy_gettext("What the law calls it"), lazy_gettext("Region")),
    *(lazy_gettext("Amount sold"), lazy_gettext("Unit"), lazy_gettext("Price (R$)")),
    *(lazy_gettext("Minimum price (R$)"), lazy_gettext("Difference (R$)")),
    *(lazy_gettext("Act"), lazy_gettext("Source")),
)


@bp.get("/painel/bonus-conab", allow=SELLS)
def index() -> ResponseReturnValue:
    return _ours()


@bp.post("/painel/bonus-conab/<int:product_id>", allow=SELLS)
def update(product_id: int) -> ResponseReturnValue:
    """Say what the law calls a product."""
    product, form = theirs(product_id), TieForm()
    form.offer(minimums.goods())
    if not form.validate():
        return _ours(form), 422
    tie_minimum(product.id, form.chosen(), by=current_person(), now=clock.now())
    flash(_("It is noted."), "success")
    return redirect(url_for("claims.index", _anchor="produtos"), 303)


@bp.get("/gestao/bonus-conab", allow=SEES)
def index_all() -> ResponseReturnValue:
    page = page_of(_all(), request.args.get("pagina"), PER_PAGE)
    return render_template("orders/claims_all.html", page=page, labels=labels)


@bp.get("/gestao/bonus-conab.csv", allow=SEES)
def export_csv() -> ResponseReturnValue:
    files.pace()
    content = writing.write_csv([str(header) for header in HEADERS], map(_cells, _all()))
    return files.as_file(content, "bonus-conab.csv", files.CSV)


def _all() -> list[Claim]:
    person = current_person()
    today: date = clock.today(accounts.time_zone_of(person))
    return claims.for_staff(person, today)


def _ours(form: TieForm | None = None) -> str:
    enterprise = current_enterprise()
    today = clock.today(enterprise.municipality.time_zone)
    found = claims.of_enterprise(enterprise.id, today)
    known = TieForm(formdata=None)
    known.offer(minimums.goods())
    return render_template(
        "orders/claims.html",
        enterprise=enterprise,
        page=page_of(found, request.args.get("pagina"), PER_PAGE),
        tied=minimums.tied(enterprise.id),
        choices=known.goods.choices,
        between=BETWEEN,
        form=form,
        labels=labels,
    )


def _cells(claim: Claim) -> list[str]:
    line, figure = claim.line, claim.figure
    named = [line.enterprise_code, line.enterprise, line.name, figure.subject, figure.region]
    amounts = (line.price_cents, claim.minimum_cents, claim.difference_cents)
    sold = [str(line.quantity), labels.unit_name(line.unit), *map(writing.reais, amounts)]
    return [line.day.isoformat(), *named, *sold, figure.act, figure.source]
