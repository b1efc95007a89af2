"""Totals that are declared: the list, one of them with its paper, entering and correcting."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts import serving
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.uploads import WITH_PAPER, paper_in
from marketplace.reports import declared
from marketplace.reports import declared_names as names
from marketplace.reports.declared_forms import CorrectForm, DeclareForm
from marketplace.reports.models.declared import DeclaredTotal
from marketplace.reports.operations import declaring

bp = Blueprint("declared_totals", __name__, url_prefix="/gestao/relatorios/declarados")
READS = role(*declared.READERS)
DECLARES = role(*declared.DECLARERS)
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return _index(DeclareForm(formdata=None))


@bp.post("", allow=DECLARES, limit=WITH_PAPER)
def create() -> ResponseReturnValue:
    form = DeclareForm()
    form.offer(_divisions())
    fine = form.validate()
    if not fine or (file := paper_in(form.paper)) is None:
        return _index(form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        made = declaring.declare_past(form.division_id.data, form.past(file), **by)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _index(form), no.status
    flash(_("It is declared. It stays apart from what is counted."), "success")
    return redirect(url_for("declared_totals.show", total_id=made), 303)


@bp.get("/<int:total_id>", allow=READS)
def show(total_id: int) -> ResponseReturnValue:
    total = _theirs(total_id)
    form = CorrectForm(formdata=None, data=_typed(total))
    return _show(total, form)


@bp.post("/<int:total_id>/correcao", allow=DECLARES, limit=WITH_PAPER)
def create_correction(total_id: int) -> ResponseReturnValue:
    total, form = _theirs(total_id), CorrectForm()
    form.offer_sureness()
    fine = form.validate()
    if not fine or (file := paper_in(form.paper)) is None:
        return _show(total, form), 422
    told: Any = {"reason": form.reason.data or "", "by": current_person(), "now": clock.now()}
    try:
        made = declaring.correct_past(total.id, form.past(total, file), **told)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _show(total, form), no.status
    flash(_("It is corrected. The total before stays in the list below."), "success")
    return redirect(url_for("declared_totals.show", total_id=made), 303)


@bp.get("/<int:total_id>/documento", allow=READS)
def document(total_id: int) -> ResponseReturnValue:
    """Send the paper that says it."""
    if not (file := _theirs(total_id).file):
        raise NotFound
    return papers.answer(file)


def _index(form: DeclareForm) -> str:
    person = current_person()
    division = serving.division_asked(person, request.args.get("divisao"))
    form.offer(_divisions())
    if form.division_id.data is None:
        form.division_id.data = division.id
    return render_template(
        "reports/declared.html",
        form=form,
        division=division,
        divisions=accounts.divisions_of(person),
        page=paginate(declared.listed(person, division.id), request.args.get("pagina"), SHOWN),
        names=names,
        declares=DECLARES(person),
    )


def _show(total: DeclaredTotal, form: CorrectForm) -> str:
    form.offer_sureness()
    return render_template(
        "reports/declared_one.html",
        it=total,
        before=declared.chain(total),
        later=declared.correction_of(total.id),
        form=form,
        names=names,
        declares=DECLARES(current_person()),
    )


def _theirs(total_id: int) -> DeclaredTotal:
    return find_one(declared.of_divisions(current_person()).where(DeclaredTotal.id == total_id))


def _divisions() -> list[Any]:
    return list(db.session.scalars(declared.divisions_declared_by(current_person())))


def _typed(total: DeclaredTotal) -> dict[str, Any]:
    kept = ("people", "enterprises", "places", "source")
    told: dict[str, Any] = {name: getattr(total, name) for name in kept}
    return told | {"amount": total.amount_cents, "sureness": total.sureness.value}
