"""One's second step: setting it up, another phone, new recovery codes; and proving who one is."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import arrival, enrolment, queries
from marketplace.accounts.errors import WrongFactor, WrongPassword
from marketplace.accounts.forms import EnrolmentForm, ProofForm
from marketplace.accounts.operations import factors, people, sessions
from marketplace.core import clock
from marketplace.core.csrf import SAFE
from marketplace.core.database import db
from marketplace.core.errors import ProveFirst
from marketplace.core.finding import find_one
from marketplace.core.rights import CODE, PASSWORD, ask_proof, current_person, logged_in

bp = Blueprint("factor", __name__, url_prefix="/conta")


@bp.get("/segundo-passo", allow=logged_in)
def show() -> ResponseReturnValue:
    facts = {
        "factor": db.session.scalar(queries.factor_of(current_user.id)),
        "left": queries.recovery_codes_left(current_user.id),
        "zone": queries.time_zone_of(current_person()),
    }
    return render_template("accounts/factor.html", **facts)


@bp.get("/segundo-passo/chave", allow=logged_in, proof=[PASSWORD])
def new() -> ResponseReturnValue:
    _ask_code_of_the_former()
    return _page(EnrolmentForm(voltar=request.args.get("voltar", "")))


@bp.post("/segundo-passo/chave", allow=logged_in, proof=[PASSWORD])
def create() -> ResponseReturnValue:
    """Set an app up, in place of the former if there is one; the recovery codes are shown once."""
    form = EnrolmentForm()
    _ask_code_of_the_former()
    if not (given := enrolment.enrolled(current_user.id, form, replace=True)):
        return _page(form), 422
    session["_user_id"] = sessions.take_second_step(current_user.token, now=clock.now())
    go_on = arrival.page_asked(form.voltar.data or "") or url_for("factor.show")
    return render_template("accounts/recovery_codes.html", codes=given, go_on=go_on)


@bp.post("/segundo-passo/reserva", allow=logged_in, proof=[PASSWORD])
def create_recovery_codes() -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    given = factors.renew_recovery_codes(current_user.id, by=person, now=now)
    back = url_for("factor.show")
    return render_template("accounts/recovery_codes.html", codes=given, go_on=back)


@bp.get("/confirmar", allow=logged_in)
def new_proof() -> ResponseReturnValue:
    form = ProofForm(voltar=request.args.get("voltar", ""))
    if _asks_code() and not queries.has_factor(current_user.id):
        return redirect(url_for("factor.new", voltar=form.voltar.data or None))
    return _proof_page(form)


@bp.post("/confirmar", allow=logged_in)
def create_proof() -> ResponseReturnValue:
    """Take the password, and the app's code where it is asked for, once more."""
    form, person, now = ProofForm(), current_person(), clock.now()
    if not form.validate():
        return _proof_page(form), 422
    try:
        people.give_password(current_user.id, form.password.data or "", by=person, now=now)
        if _asks_code():
            factors.check_code(current_user.id, form.code.data or "", now=now)
    except WrongPassword as error:
        form.password.errors = [str(error)]
        return _proof_page(form), error.status
    except WrongFactor as error:
        form.code.errors = [str(error)]
        return _proof_page(form), error.status
    token = current_user.token
    sessions.note_password(token, now=now)
    if _asks_code():
        session["_user_id"] = sessions.take_second_step(token, now=now)
    return redirect(arrival.page_asked(form.voltar.data or "") or url_for("account.show"), 303)


@bp.app_errorhandler(ProveFirst)
def ask_to_prove(error: ProveFirst) -> ResponseReturnValue:
    """Lead to where one proves it, and back to the page that was asked for, or held the form."""
    asked = request.full_path if request.method in SAFE else _page_before()
    code = 1 if CODE in error.facts["needed"] else None  # type: ignore[operator]
    return redirect(url_for("factor.new_proof", voltar=asked.rstrip("?"), codigo=code), 303)


def _page_before() -> str:
    before = urlsplit(request.referrer or "")
    ours = before.netloc == request.host
    path = before.path.removeprefix(request.script_root) if ours else ""
    return f"{path}?{before.query}" if before.query and path else path


def _ask_code_of_the_former() -> None:
    """Let nobody who has only the password put another phone in place of the one in use."""
    if queries.has_factor(current_user.id):
        ask_proof(current_person(), frozenset({CODE}))


def _asks_code() -> bool:
    return bool(request.args.get("codigo"))


def _page(form: EnrolmentForm) -> str:
    return enrolment.page(current_user.id, form, url=url_for("factor.create"))


def _proof_page(form: ProofForm) -> str:
    with_code, user = _asks_code(), find_one(queries.by_id(current_user.id))
    shown = arrival.code_shown(user) if with_code else ""
    return render_template("accounts/proof.html", form=form, with_code=with_code, demo_code=shown)
