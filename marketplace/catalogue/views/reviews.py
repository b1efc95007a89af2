"""Prices to look at again: their hour fell under the floor since they were made."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.catalogue.editing import theirs
from marketplace.catalogue.forms.reviews import TakeUpForm
from marketplace.catalogue.operations.reviews import take_up
from marketplace.catalogue.queries import reviews
from marketplace.catalogue.queries.reviews import Reviewed
from marketplace.core import clock, files, limits
from marketplace.core.formats import hundredths
from marketplace.core.money import format_cents
from marketplace.core.paging import page_of
from marketplace.core.rights import current_person, role
from marketplace.core.sheets import writing
from marketplace.enterprises.choosing import current_enterprise

bp = Blueprint("price_reviews", __name__)
SELLS = role("member", "manager", "facilitator")
SEES = role("articulation", "qualification", "head")
PER_PAGE, EXPORTS_PER_HOUR, HOUR_SECONDS = 50, 60, 3600
HEADERS = (
    *(lazy_gettext("Code"), lazy_gettext("Product"), lazy_gettext("Enterprise code")),
    *(lazy_gettext("Enterprise"), lazy_gettext("Price (R$)")),
    *(lazy_gettext("An hour was left with (R$)"), lazy_gettext("An hour is left with (R$)")),
    *(lazy_gettext("Floor of an hour (R$)"), lazy_gettext("Proposed price (R$)")),
    lazy_gettext("What changed"),
)


@bp.get("/painel/precos-a-rever", allow=SELLS)
def index() -> ResponseReturnValue:
    return _ours(TakeUpForm(formdata=None))


@bp.post("/painel/precos-a-rever/<int:product_id>", allow=SELLS)
def update(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), TakeUpForm()
    if not form.validate() or not form.price.data:
        return _ours(form), 422
    take_up(product.id, form.price.data, by=current_person(), now=clock.now())
    flash(_("The price is kept."), "success")
    return redirect(url_for("price_reviews.index"), 303)


@bp.get("/gestao/precos-a-rever", allow=SEES)
def index_all() -> ResponseReturnValue:
    found = reviews.for_staff(current_person(), clock.now())
    page = page_of(found, request.args.get("pagina"), PER_PAGE)
    return render_template("catalogue/price_reviews_all.html", page=page, causes=causes)


@bp.get("/gestao/precos-a-rever.csv", allow=SEES)
def export_csv() -> ResponseReturnValue:
    who = f"user:{current_person().id}"
    limits.pace("export", who, limit=EXPORTS_PER_HOUR, seconds=HOUR_SECONDS)
    found = reviews.for_staff(current_person(), clock.now())
    content = writing.write_csv([str(header) for header in HEADERS], map(_cells, found))
    return files.as_file(content, "precos-a-rever.csv", files.CSV)


def causes(each: Reviewed) -> list[str]:
    """Say what changed since the price was made."""
    told, before, after = [], each.review.before, each.review.after
    if before.floor != after.floor:
        hours = {"before": format_cents(before.floor), "after": format_cents(after.floor)}
        told.append(_("Hour of the minimum wage: %(before)s → %(after)s", **hours))
    if before.rate != after.rate:
        rates = {"before": hundredths(before.rate), "after": hundredths(after.rate)}
        told.append(_("Solidarity fund: %(before)s → %(after)s", **rates))
    if before.fee != after.fee:
        fees = {"before": hundredths(before.fee), "after": hundredths(after.fee)}
        told.append(_("Fee of the dearest way to pay: %(before)s → %(after)s", **fees))
    for it in each.review.materials:
        costs = {"before": format_cents(it.before), "after": format_cents(it.after)}
        told.append(f"{it.label}: {costs['before']} → {costs['after']}")
    return told


def _ours(form: TakeUpForm) -> str:
    enterprise = current_enterprise()
    found = reviews.of_enterprise(enterprise.id, clock.now())
    page = page_of(found, request.args.get("pagina"), PER_PAGE)
    told = {"enterprise": enterprise, "form": form, "causes": causes}
    return render_template("catalogue/price_reviews.html", page=page, **told)


def _cells(each: Reviewed) -> list[str]:
    product, review = each.product, each.review
    names = [product.code, product.name, product.enterprise_code, product.enterprise]
    amounts = (product.price_cents, review.hour_before, review.hour_after, review.after.floor)
    proposed = review.proposal
    shown = [writing.reais(cents) for cents in amounts]
    return [
        *names,
        *shown,
        "" if proposed is None else writing.reais(proposed),
        "; ".join(causes(each)),
    ]
