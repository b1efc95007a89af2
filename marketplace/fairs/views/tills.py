"""Where staff bind devices to a fair and settle what their sales left open; a group, its Pix."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.names import names_of
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import Page, paginate
from marketplace.core.qr import qr_path
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.fairs import till_labels as labels
from marketplace.fairs.forms.tills import NoteForm, TillForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import matters
from marketplace.fairs.operations import tills as operations
from marketplace.fairs.queries import calendar, returns, till_accounts
from marketplace.fairs.queries import tills as queries

bp = Blueprint("tills", __name__)
BINDS = role("articulation", "head")
LATEST = 10
"""How many of what was undone, brought back or sold for goods stand beside the devices."""
SEES = role("articulation", "head", "qualification")
SELLS = role("member", "manager", "facilitator")


@bp.get("/gestao/feiras/<int:fair_id>/caixas", allow=SEES)
def index(fair_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id), TillForm(), NoteForm())


@bp.post("/gestao/feiras/<int:fair_id>/caixas", allow=BINDS)
def create(fair_id: int) -> ResponseReturnValue:
    """Bind a device, and show this once the address that it opens."""
    fair, form = _theirs(fair_id), TillForm()
    form.offer(fair, queries.cashiers(fair))
    if not form.validate():
        return _page(fair, form, NoteForm()), 422
    who, person, now = form.chosen, current_person(), clock.now()
    bound = operations.bind_till(fair.id, form.day_id.data, *who, by=person, now=now)
    address = url_for("till_app.show", _external=True, _anchor=bound.token)
    return render_template(
        "fairs/till_bound.html",
        fair=_theirs(fair_id),
        till=find_one(queries.by_id(bound.till_id)),
        address=address,
        drawn=qr_path(address),
    )


@bp.post("/gestao/feiras/<int:fair_id>/caixas/<int:till_id>/revogacao", allow=BINDS)
def create_revocation(fair_id: int, till_id: int) -> ResponseReturnValue:
    find_one(queries.by_id(till_id).where(Till.fair_id == _theirs(fair_id).id))
    operations.revoke_till(till_id, by=current_person(), now=clock.now())
    flash(_("The device is out of use. What it sold before is still taken."), "success")
    return redirect(url_for("tills.index", fair_id=fair_id))


@bp.post("/gestao/feiras/<int:fair_id>/pendencias/<int:matter_id>", allow=BINDS)
def create_settlement(fair_id: int, matter_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), NoteForm()
    find_one(
        queries.settled_by(current_person()).where(
            Matter.id == matter_id, queries.told_by(Till.fair_id == fair.id)
        )
    )
    if not form.validate():
        return _page(fair, TillForm(), form, settled=matter_id), 422
    try:
        note = str(form.note.data)
        matters.settle_difference(matter_id, note, by=current_person(), now=clock.now())
    except OwnEnterprise as error:
        flash(str(error), "error")
    else:
        flash(_("Noted: this difference is settled."), "success")
    return redirect(url_for("tills.index", fair_id=fair_id, _anchor="pendencias"))


@bp.get("/painel/feiras/pix", allow=SELLS)
def pix() -> ResponseReturnValue:
    enterprise = current_enterprise()
    waiting = queries.pix_of(enterprise.id).options(*queries.SHOWN)
    page = paginate(waiting, request.args.get("pagina"))
    return render_template("fairs/till_pix.html", enterprise=enterprise, page=page)


@bp.post("/painel/feiras/pix/<int:matter_id>/chegada", allow=SELLS)
def create_pix_arrival(matter_id: int) -> ResponseReturnValue:
    matters.confirm_pix(matter_id, arrived=True, by=current_person(), now=clock.now())
    flash(_("Noted: it arrived."), "success")
    return redirect(url_for("tills.pix"))


@bp.post("/painel/feiras/pix/<int:matter_id>/falta", allow=SELLS)
def create_pix_absence(matter_id: int) -> ResponseReturnValue:
    matters.confirm_pix(matter_id, arrived=False, by=current_person(), now=clock.now())
    flash(_("Noted: it did not arrive."), "success")
    return redirect(url_for("tills.pix"))


def _theirs(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _page(fair: Fair, form: TillForm, note: NoteForm, *, settled: int = 0) -> str:
    """Render the tills of a fair; ``note`` is of the difference with the id ``settled``, if any."""
    form.offer(fair, queries.cashiers(fair))
    tills = queries.of_fair(fair.id)
    undone = paginate(queries.undone(fair.id), 1, LATEST)
    returned = paginate(returns.of_fair(fair.id), 1, LATEST)
    return render_template(
        "fairs/tills.html",
        fair=fair,
        form=form,
        note=note,
        settled=settled,
        tills=tills,
        accounts=till_accounts.accounts(till.id for till in tills),
        drawers=till_accounts.drawers(till.id for till in tills),
        undone=undone,
        bartered=paginate(queries.bartered(fair.id), 1, LATEST),
        returned=returned,
        names=names_of(one.cashier_id for one in (*undone.items, *returned.items)),
        page=_open_matters(fair.id),
        labels=labels,
    )


def _open_matters(fair_id: int) -> Page[Matter]:
    shown = queries.matters_of_fair(fair_id).options(*queries.SHOWN)
    return paginate(shown, request.args.get("pagina"))
