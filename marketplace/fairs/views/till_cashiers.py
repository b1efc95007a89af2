"""Where staff say who else sells on a till; each PIN is shown once."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.fairs.forms.tills import CashierForm
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import cashiers
from marketplace.fairs.queries import cashiers as queries
from marketplace.fairs.queries import tills

bp = Blueprint("till_cashiers", __name__)
BINDS = role("articulation", "head")
PATH = "/gestao/feiras/<int:fair_id>/caixas/<int:till_id>/operadores"


@bp.get(PATH, allow=BINDS)
def index(fair_id: int, till_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id, till_id), CashierForm())


@bp.post(PATH, allow=BINDS)
def create(fair_id: int, till_id: int) -> ResponseReturnValue:
    """Let somebody sell there, and show this once the PIN."""
    till, form = _theirs(fair_id, till_id), CashierForm()
    form.offer(queries.may_sell_on(till))
    if not form.validate():
        return _page(till, form), 422
    user_id = int(form.user_id.data)
    pin = cashiers.add_cashier(till.id, user_id, by=current_person(), now=clock.now())
    return _page(_theirs(fair_id, till_id), form, told=(user_id, pin))


@bp.post(f"{PATH}/<int:user_id>/fim", allow=BINDS)
def create_end(fair_id: int, till_id: int, user_id: int) -> ResponseReturnValue:
    till = _theirs(fair_id, till_id)
    cashiers.end_cashier(till.id, user_id, by=current_person(), now=clock.now())
    flash(_("This person sells there no more, once the device has loaded again."), "success")
    return redirect(url_for("till_cashiers.index", fair_id=fair_id, till_id=till_id))


def _theirs(fair_id: int, till_id: int) -> Till:
    mine = tills.visible_to(current_person())
    return find_one(mine.where(Till.id == till_id, Till.fair_id == fair_id))


def _page(till: Till, form: CashierForm, told: tuple[int, str] | None = None) -> str:
    form.offer(queries.may_sell_on(till))
    known = queries.of_till(till.id)
    facts = {"till": till, "fair": till.fair, "form": form, "cashiers": known, "told": told}
    return render_template("fairs/till_cashiers.html", **facts)
