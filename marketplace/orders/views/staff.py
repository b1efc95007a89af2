"""The Division's view of orders: found, read, cancelled or handed over with a reason."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.catalogue.errors import OutOfStock
from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import reais, write_csv
from marketplace.core.text import clean
from marketplace.orders import labels, progress
from marketplace.orders.errors import NothingLeft, NotRevived, QuantityWrong, ReasonMissing
from marketplace.orders.forms.moving import GivingForm, ReasonForm, boxes, paid_there, quantities
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import closing, handovers, lookup, reviving
from marketplace.orders.queries import orders, panels
from marketplace.orders.queries import reviving as revivable
from marketplace.payments import methods
from marketplace.payments.models.payments import Method
from marketplace.payments.queries import payments

bp = Blueprint("staff_orders", __name__, url_prefix="/gestao/pedidos")
SEES = role("articulation", "head", "finance")
ACTS = role("articulation", "head")
READS_PAYMENTS = role("finance", "head")
LONGEST_QUESTION, MOST_ROWS = 80, 5000


@bp.get("", allow=SEES)
def index() -> ResponseReturnValue:
    person, asked = current_person(), _asked()
    return render_template(
        "orders/staff_index.html",
        page=paginate(panels.for_staff(person, **asked), request.args.get("pagina")),
        asked=asked,
        collections=panels.collections_seen(person),
        enterprises=panels.enterprises_seen(person),
        labels=labels,
        where=progress.where,
        zone=accounts.time_zone_of(person),
    )


@bp.get("/pedidos.csv", allow=SEES)
def export() -> ResponseReturnValue:
    """Send what is on screen as a sheet; without names and numbers of buyers."""
    person = current_person()
    files.pace()
    found = db.session.scalars(panels.for_staff(person, **_asked()).limit(MOST_ROWS)).unique()
    headers = [_("Order"), _("Placed"), _("State"), _("Enterprise"), _("Where and when")]
    headers += [_("Goods (R$)"), _("Delivery (R$)"), _("Total (R$)"), _("Payment")]
    sheet = write_csv(headers, _rows(found))
    return files.as_file(sheet, "pedidos.csv", files.CSV)


@bp.get("/<int:order_id>", allow=SEES)
def show(order_id: int) -> ResponseReturnValue:
    person = current_person()
    order = find_one(orders.visible_to(person).where(Order.id == order_id))
    acts = db.session.scalar(orders.acted_on_by(person).where(Order.id == order_id))
    return render_template(
        "orders/staff_show.html",
        order=order,
        acts=acts is not None,
        payment=payments.live_of("order", order.id),
        reads_payments=READS_PAYMENTS(person),
        labels=labels,
        where=progress.where(order),
        stall=progress.stall(order),
        revivable=acts is not None and revivable.can_be_revived(order, clock.now()),
    )


@bp.get("/<int:order_id>/cancelamento", allow=ACTS)
def new_cancellation(order_id: int) -> ResponseReturnValue:
    return _cancel_page(_acted_on(order_id), ReasonForm())


@bp.post("/<int:order_id>/retomada", allow=ACTS)
def create_revival(order_id: int) -> ResponseReturnValue:
    _acted_on(order_id)
    try:
        reviving.revive_order(order_id, by=current_person(), now=clock.now())
    except (NotRevived, OutOfStock) as error:
        flash(str(error), "error")
    else:
        flash(_("It is set apart once more, until the end of the day."), "success")
    return _to(order_id)


@bp.post("/<int:order_id>/cancelamento", allow=ACTS)
def create_cancellation(order_id: int) -> ResponseReturnValue:
    order, form = _acted_on(order_id), ReasonForm()
    if not form.validate():
        return _cancel_page(order, form), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        closing.cancel_by_staff(order_id, reason=form.reason.data or "", **by)
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The order is cancelled, and both sides are told."), "success")
    return _to(order_id)


@bp.get("/<int:order_id>/entrega", allow=ACTS)
def new_handover(order_id: int) -> ResponseReturnValue:
    order = _acted_on(order_id)
    return _handover_page(order, _giving_form(order, formdata=None))


@bp.post("/<int:order_id>/entrega", allow=ACTS)
def create_handover(order_id: int) -> ResponseReturnValue:
    order = _acted_on(order_id)
    form, typed = _giving_form(order), boxes(request.form, order.lines)
    if not form.validate():
        return _handover_page(order, form, typed), 422
    try:
        _hand_over(order_id, form, quantities(typed))
    except (QuantityWrong, NothingLeft, ReasonMissing) as error:
        form.reason.errors = [str(error)]
        return _handover_page(_acted_on(order_id), form, typed), error.status
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The order is handed over."), "success")
    return _to(order_id)


@bp.post("/<int:order_id>/codigo", allow=ACTS)
def create_code(order_id: int) -> ResponseReturnValue:
    """Show a code with which the buyer finds a lost order again; it is shown this once."""
    code = lookup.issue_lookup_code(order_id, by=current_person(), now=clock.now())
    back = url_for("staff_orders.show", order_id=order_id)
    facts = {"order": _acted_on(order_id), "code": code, "back": back, "area": "gestao"}
    return render_template("orders/code.html", **facts)


def _hand_over(order_id: int, form: GivingForm, typed: dict[int, int]) -> None:
    handovers.hand_over_without_code(
        order_id,
        reason=form.reason.data or "",
        quantities=typed or None,
        paid_with=Method(form.paid_with.data),
        by=current_person(),
        now=clock.now(),
    )


def _asked() -> dict[str, Any]:
    """Return what the address asks for; what cannot be read is not asked."""
    states = {state.value: state for state in State}
    return {
        "text": clean(request.args.get("q", ""))[:LONGEST_QUESTION],
        "state": states.get(request.args.get("estado", "")),
        "collection_id": _whole("feira"),
        "enterprise_id": _whole("empreendimento"),
    }


def _whole(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _rows(found: Any) -> Iterator[list[str]]:
    for order in found:
        sums = (order.goods_cents, order.delivery_cents, order.total_cents)
        yield [
            order.code,
            f"{order.purchase.placed_at.astimezone(ZoneInfo(order.time_zone)):%Y-%m-%d %H:%M}",
            str(labels.STATES[order.state]),
            order.enterprise.name,
            str(labels.WAYS[order.way]) if order.way == "delivery" else progress.where(order),
            *(reais(cents) for cents in sums),
            str(methods.registry[order.method].label) if order.method in methods.registry else "",
        ]


def _acted_on(order_id: int) -> Order:
    return find_one(orders.acted_on_by(current_person()).where(Order.id == order_id))


def _to(order_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff_orders.show", order_id=order_id), 303)


def _giving_form(order: Order, **start: Any) -> GivingForm:
    there = paid_there(order, clock.now())
    asked = order.method if order.method in there else there[0]
    form = GivingForm(paid_with=asked.value, **start)
    form.offer(there)
    return form


def _handover_page(order: Order, form: GivingForm, typed: dict[int, str] | None = None) -> str:
    facts = {"order": order, "form": form, "typed": typed or {}, "labels": labels}
    return render_template("orders/staff_handover.html", where=progress.where(order), **facts)


def _cancel_page(order: Order, form: ReasonForm) -> str:
    where = progress.where(order)
    return render_template("orders/staff_cancel.html", order=order, form=form, where=where)
