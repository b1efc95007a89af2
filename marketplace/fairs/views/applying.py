"""Where an enterprise applies for a place, sees what was drawn, and gives a place up."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import labels
from marketplace.fairs.errors import RulesNotAccepted
from marketplace.fairs.forms.calls import ApplicationForm
from marketplace.fairs.models.calls import Application, Call
from marketplace.fairs.operations import applications, places
from marketplace.fairs.queries import calendar, calls, eligibility

bp = Blueprint("applying", __name__, url_prefix="/painel/feiras/<int:fair_id>")
SELLS = role("member", "manager", "facilitator")


@bp.get("/inscricao", allow=SELLS)
def show(fair_id: int) -> ResponseReturnValue:
    enterprise = current_enterprise()
    call = _call(fair_id, enterprise)
    sent = calls.application(call.id, enterprise.id)
    form = ApplicationForm(obj=sent) if sent else ApplicationForm(shares=True)
    if sent is None:
        form.segment.data = enterprise.segment
    return _page(enterprise, call, form, sent)


@bp.post("/inscricao", allow=SELLS)
def create(fair_id: int) -> ResponseReturnValue:
    enterprise, form = current_enterprise(), ApplicationForm()
    call = _call(fair_id, enterprise)
    form.offer(enterprise.segments)
    if not form.validate():
        return _page(enterprise, call, form, calls.application(call.id, enterprise.id)), 422
    wanted: dict[str, Any] = {name: form[name].data for name in ("segment", "brings", "shares")}
    wanted["accepts_rules"] = form.rules_accepted.data
    act, sent = applications.apply, calls.application(call.id, enterprise.id)
    said = _("Your application is in. You can change it until the call closes.")
    try:
        return _acted(lambda **by: act(fair_id, enterprise.id, **wanted, **by), said, fair_id)
    except RulesNotAccepted as error:
        form.rules_accepted.errors = [str(error)]
        return _page(enterprise, _call(fair_id, enterprise), form, sent), error.status


@bp.post("/inscricao/retirada", allow=SELLS)
def create_withdrawal(fair_id: int) -> ResponseReturnValue:
    enterprise, act = current_enterprise(), applications.withdraw_application
    said = _("Your application is taken back.")
    return _acted(lambda **by: act(fair_id, enterprise.id, **by), said, fair_id)


@bp.post("/vaga/desistencia", allow=SELLS)
def create_giving_up(fair_id: int) -> ResponseReturnValue:
    enterprise, act = current_enterprise(), places.give_up_place
    said = _("Thank you for telling. The next in line is called.")
    return _acted(lambda **by: act(fair_id, enterprise.id, **by), said, fair_id)


def _call(fair_id: int, enterprise: Enterprise) -> Call:
    """Return the call as the groups of its Division see it: not before it was made."""
    return find_one(calls.of_division(fair_id, enterprise.division_id))


def _acted(act: Callable[..., Any], said: str, fair_id: int) -> ResponseReturnValue:
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as error:
        if error.status == 404 or isinstance(error, RulesNotAccepted):
            raise
        flash(str(error), "error")
    else:
        flash(said, "success")
    return redirect(url_for("applying.show", fair_id=fair_id))


def _page(
    enterprise: Enterprise, call: Call, form: ApplicationForm, sent: Application | None
) -> str:
    now = clock.now()
    form.offer(enterprise.segments)
    waiting = calls.waiting(call) if call.draw else []
    line = [lot.application.enterprise_id for lot in waiting]
    stalls = {shown.enterprise_id: shown.stall for shown in calendar.exhibitors(call.fair_id)}
    lots = calls.lots(call.draw.id) if call.draw else []
    return render_template(
        "fairs/apply.html",
        enterprise=enterprise,
        call=call,
        fair=call.fair,
        form=form,
        sent=sent,
        now=now,
        bar=eligibility.bar_of(enterprise, call, now),
        place=calls.place(call.id, enterprise.id),
        stall=stalls.get(enterprise.id, ""),
        line=line.index(enterprise.id) + 1 if enterprise.id in line else 0,
        lot=next((lot for lot in lots if sent and lot.application_id == sent.id), None),
        labels=labels,
    )
