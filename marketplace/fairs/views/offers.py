"""Where a group sets pieces apart for a fair, and takes them back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.errors import OutOfStock
from marketplace.core import clock
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.fairs.forms.offers import OfferForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import offers as operations
from marketplace.fairs.queries import offers as queries
from marketplace.fairs.queries.offers import Row
from marketplace.orders.errors import AlreadyReserved

bp = Blueprint("fair_offers", __name__, url_prefix="/painel/feiras/<int:fair_id>/reservaveis")
SELLS = role("member", "manager", "facilitator")


@bp.get("", allow=SELLS)
def index(fair_id: int) -> ResponseReturnValue:
    enterprise, fair = current_enterprise(), _fair(fair_id)
    return render_template(
        "fairs/offers.html",
        enterprise=enterprise,
        fair=fair,
        rows=queries.rows_of(fair_id, enterprise.id),
        open=queries.takes_reservations(fair, clock.now()),
    )


@bp.get("/<int:product_id>", allow=SELLS)
def edit(fair_id: int, product_id: int) -> ResponseReturnValue:
    fair, row = _fair(fair_id), _row(fair_id, product_id)
    form = OfferForm(obj=row.offer) if row.offer else OfferForm()
    form.pieces.data = row.pieces or None
    form.price.data = row.offer.price_cents if row.offer else None
    return _page(fair, row, form)


@bp.post("/<int:product_id>", allow=SELLS)
def update(fair_id: int, product_id: int) -> ResponseReturnValue:
    fair, row, form = _fair(fair_id), _row(fair_id, product_id), OfferForm()
    if not form.validate():
        return _page(fair, row, form), 422
    ours, by = current_enterprise().id, _by()
    try:
        operations.set_apart(fair_id, ours, product_id, form.wanted, **by)
    except (AlreadyReserved, OutOfStock) as error:
        form.pieces.errors = [str(error)]
        return _page(_fair(fair_id), _row(fair_id, product_id), form), error.status
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        flash(str(error), "error")
    else:
        flash(_("Kept: these pieces wait for those who reserve at this fair."), "success")
    return redirect(url_for("fair_offers.index", fair_id=fair_id))


@bp.post("/<int:product_id>/retorno", allow=SELLS)
def create_return(fair_id: int, product_id: int) -> ResponseReturnValue:
    operations.bring_back(fair_id, current_enterprise().id, product_id, **_by())
    flash(_("What nobody reserved is on sale everywhere again."), "success")
    return redirect(url_for("fair_offers.index", fair_id=fair_id))


def _by() -> dict[str, Any]:
    return {"by": current_person(), "now": clock.now()}


def _fair(fair_id: int) -> Fair:
    return find_one(queries.with_a_place(fair_id, current_enterprise().id))


def _row(fair_id: int, product_id: int) -> Row:
    if found := queries.rows_of(fair_id, current_enterprise().id, product_id):
        return found[0]
    raise NotFound


def _page(fair: Fair, row: Row, form: OfferForm) -> str:
    enterprise = current_enterprise()
    return render_template("fairs/offer.html", enterprise=enterprise, fair=fair, row=row, form=form)
