"""Money of which nobody here knows whose it is: how old it is, and a person's word on it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.payments import book_labels, labels
from marketplace.payments.errors import OwnerKnown
from marketplace.payments.forms import OwnerForm
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.operations import identifying
from marketplace.payments.queries import identifying as known

bp = Blueprint("unidentified", __name__, url_prefix="/gestao/dinheiro-sem-dono")
READS, DECIDES = role("finance", "head"), role("finance")
SHOWN, SAID_SHOWN = 50, 20


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return render_template(
        "payments/unidentified.html",
        page=paginate(known.waiting(), request.args.get("pagina"), SHOWN),
        said=db.session.execute(known.said().limit(SAID_SHOWN)).all(),
        decides=DECIDES(current_person()),
        now=clock.now(),
        labels=labels,
        books=book_labels,
    )


@bp.get("/<int:entry_id>/dono", allow=DECIDES)
def new_owner(entry_id: int) -> ResponseReturnValue:
    return _page(entry_id, _form())


@bp.post("/<int:entry_id>/dono", allow=DECIDES)
def create_owner(entry_id: int) -> ResponseReturnValue:
    form, here = _form(), redirect(url_for("unidentified.index"), 303)
    if not form.validate():
        return _page(entry_id, form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    owner_id, reason = form.chosen_id, form.reason.data or ""
    try:
        identifying.identify(entry_id, enterprise_id=owner_id, reason=reason, **by)
    except OwnerKnown as no:
        flash(str(no), "error")
        return here
    flash(_("It is written down whose this money is."), "success")
    return here


def _form() -> OwnerForm:
    form = OwnerForm()
    form.offer(db.session.scalars(known.possible_owners(current_person())))
    return form


def _page(entry_id: int, form: OwnerForm) -> str:
    asked = known.waiting().where(LedgerEntry.id == entry_id)
    if (found := db.session.execute(asked).first()) is None:
        raise NotFound
    facts = {"form": form, "money": found, "now": clock.now(), "labels": labels}
    facts["books"] = book_labels
    return render_template("payments/owner.html", **facts)
