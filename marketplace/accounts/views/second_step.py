"""The second step of signing in: a code of an app, or setting that app up."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import arrival, enrolment, queries
from marketplace.accounts.errors import WrongFactor
from marketplace.accounts.forms import EnrolmentForm, FactorForm
from marketplace.accounts.operations import factors, sessions
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import anyone

bp = Blueprint("second_step", __name__, url_prefix="/entrar/segundo-passo")


@bp.get("", allow=anyone)
def new() -> ResponseReturnValue:
    if (user_id := arrival.waiting_here()) is None:
        return redirect(url_for("entrance.new_session", voltar=_wanted() or None))
    if queries.has_factor(user_id):
        return _page(user_id, FactorForm())
    return _enrolment_page(user_id, EnrolmentForm(voltar=_wanted()))


@bp.post("", allow=anyone)
def create() -> ResponseReturnValue:
    form = FactorForm()
    if (user_id := arrival.waiting_here()) is None:
        return redirect(url_for("entrance.new_session"), 303)
    if not form.validate():
        return _page(user_id, form), 422
    try:
        factors.check_code(user_id, form.code.data or "", now=clock.now())
    except WrongFactor as error:
        form.code.errors = [str(error)]
        return _page(user_id, form), error.status
    _let_in()
    return redirect(arrival.landing(user_id, _wanted()), 303)


@bp.post("/chave", allow=anyone)
def create_key() -> ResponseReturnValue:
    """Set the app up, and show the recovery codes; they are shown this once."""
    form = EnrolmentForm()
    if (user_id := arrival.waiting_here()) is None:
        return redirect(url_for("entrance.new_session"), 303)
    if not (given := enrolment.enrolled(user_id, form, replace=False)):
        return _enrolment_page(user_id, form), 422
    _let_in()
    go_on = arrival.landing(user_id, form.voltar.data or "")
    return render_template("accounts/recovery_codes.html", codes=given, go_on=go_on)


def _let_in() -> None:
    arrival.remember(sessions.take_second_step(session["_user_id"], now=clock.now()))


def _wanted() -> str:
    return request.args.get("voltar", "")


def _page(user_id: int, form: FactorForm) -> str:
    code = arrival.code_shown(find_one(queries.by_id(user_id)))
    return render_template("accounts/second_step.html", form=form, demo_code=code)


def _enrolment_page(user_id: int, form: EnrolmentForm) -> str:
    return enrolment.page(user_id, form, url=url_for("second_step.create_key"))
