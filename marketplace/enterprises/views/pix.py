"""The Pix key of a group: the one in use, a change that waits, and all that was decided."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import CODE, PASSWORD, current_person, role
from marketplace.enterprises import news, pix_history, queries
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.errors import PixChangeWaits, ReasonNeeded, SamePix
from marketplace.enterprises.forms.group import PixCancellationForm, PixForm
from marketplace.enterprises.models import Enterprise, PixStep
from marketplace.enterprises.operations import pix
from marketplace.notifications.messages import written

bp = Blueprint("pix", __name__, url_prefix="/painel/grupo/pix")
MANAGES = role("manager")
PROOF = [PASSWORD, CODE]


@bp.get("", allow=MANAGES)
def show() -> ResponseReturnValue:
    return _page(_managed_here(), PixCancellationForm(formdata=None))


@bp.get("/troca", allow=MANAGES, proof=PROOF)
def new() -> ResponseReturnValue:
    return _form_page(_managed_here(), PixForm())


@bp.post("/troca", allow=MANAGES, proof=PROOF)
def create() -> ResponseReturnValue:
    enterprise, form = _managed_here(), PixForm()
    if not form.validate_on_submit():
        return _form_page(enterprise, form), 422
    typed = {"holder": form.holder.data or "", "reason": form.reason.data or ""}
    by, now = current_person(), clock.now()
    try:
        asked = pix.change_pix(enterprise.id, form.key.data, **typed, by=by, now=now)
    except (SamePix, PixChangeWaits) as error:
        form.key.errors = [str(error)]
        return _form_page(enterprise, form), error.status
    except ReasonNeeded as error:
        form.reason.errors = [str(error)]
        return _form_page(enterprise, form), error.status
    flash(_("Kept. All who manage the group are told."), "success")
    return redirect(url_for("pix.show", _anchor=f"d{asked.id}"), 303)


@bp.post("/troca/fim", allow=MANAGES)
def delete() -> ResponseReturnValue:
    """Cancel the change that waits."""
    enterprise, form = _managed_here(), PixCancellationForm()
    if not form.validate_on_submit():
        return _page(enterprise, form), 422
    by, now = current_person(), clock.now()
    pix.cancel_pix_change(enterprise.id, reason=form.reason.data or "", by=by, now=now)
    flash(_("Cancelled: the key stays. All who manage the group are told."), "success")
    return redirect(url_for("pix.show"), 303)


def _managed_here() -> Enterprise:
    return find_one(queries.managed(current_person(), current_enterprise().id))


def _page(enterprise: Enterprise, form: PixCancellationForm) -> str:
    now, decisions = clock.now(), pix_history.pix_decisions_of(enterprise.id)
    waits = enterprise.pix_waits(now)
    facts: dict[str, Any] = {
        "enterprise": enterprise,
        "pix": enterprise.pix_at(now),
        "change": decisions[0] if waits and decisions else None,
        "decisions": decisions,
        "steps": PixStep,
        "form": form,
        "others": [],
        "to_pass_on": "",
    }
    if facts["change"]:
        mine = current_person().id
        facts["others"] = [u for u in queries.managers_of(enterprise.id) if u.id != mine]
        told = news.pix_facts(enterprise, decisions[0])
        facts["to_pass_on"] = written(news.pix_kind(decisions[0]), told).whatsapp
    return render_template("enterprises/group/pix.html", **facts)


def _form_page(enterprise: Enterprise, form: PixForm) -> str:
    is_first = not pix_history.had_pix(enterprise)
    facts = {"enterprise": enterprise, "form": form, "is_first": is_first}
    return render_template("enterprises/group/pix_change.html", **facts)
