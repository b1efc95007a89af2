"""The panel's orders: answered, prepared, made ready, sent out; each enterprise its own lines."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.text import clean
from marketplace.enterprises.choosing import current_enterprise
from marketplace.orders import labels, passing_on, progress
from marketplace.orders.errors import NothingLeft, QuantityWrong, ReasonMissing
from marketplace.orders.forms.moving import ReadyForm, ReasonForm, boxes, quantities
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import lookup, moves, returns, reviving
from marketplace.orders.queries import orders, panels
from marketplace.orders.queries import reviving as revivable
from marketplace.payments.queries import payments

bp = Blueprint("orders", __name__, url_prefix="/painel/pedidos")
SELLS = role("member", "manager", "facilitator")
LONGEST_QUESTION = 80


@bp.get("", allow=SELLS)
def index() -> ResponseReturnValue:
    enterprise = current_enterprise()
    tab, text = request.args.get("aba", ""), clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    counts = panels.counts_of(enterprise.id)
    if tab not in panels.TABS:
        tab = next((name for name, number in counts.items() if number), "responder")
    found = panels.of_enterprise(enterprise.id, tab, text)
    return render_template(
        "orders/index.html",
        enterprise=enterprise,
        page=paginate(found, request.args.get("pagina")),
        tab=tab,
        text=text,
        counts=counts,
        fair_days=panels.fair_days_of(enterprise.id),
        labels=labels,
        where=progress.where,
        stall=progress.stall,
    )


@bp.get("/preparo/<int:collection_id>", allow=SELLS)
def preparation(collection_id: int) -> ResponseReturnValue:
    """Show what to bring to a fair day, as a sheet to print."""
    enterprise = current_enterprise()
    if not (found := panels.to_bring(enterprise.id, collection_id)):
        raise NotFound
    return render_template(
        "orders/preparation.html",
        enterprise=enterprise,
        collection=found[0].collection,
        orders=found,
        pieces=panels.pieces_of(enterprise.id, collection_id),
        labels=labels,
        stall=progress.stall(found[0]),
    )


@bp.get("/<int:order_id>", allow=SELLS)
def show(order_id: int) -> ResponseReturnValue:
    return _page(_theirs(order_id), ReadyForm(formdata=None))


@bp.post("/<int:order_id>/aceite", allow=SELLS)
def create_acceptance(order_id: int) -> ResponseReturnValue:
    said = _("You accepted it. Tell the buyer, and set it apart.")
    return _moved(moves.accept_order, order_id, said)


@bp.post("/<int:order_id>/retomada", allow=SELLS)
def create_revival(order_id: int) -> ResponseReturnValue:
    said = _("It is set apart once more, until the end of the day.")
    return _moved(reviving.revive_order, order_id, said)


@bp.get("/<int:order_id>/recusa", allow=SELLS)
def new_refusal(order_id: int) -> ResponseReturnValue:
    return _refusal_page(_theirs(order_id), ReasonForm())


@bp.post("/<int:order_id>/recusa", allow=SELLS)
def create_refusal(order_id: int) -> ResponseReturnValue:
    order, form = _theirs(order_id), ReasonForm()
    if not form.validate():
        return _refusal_page(order, form), 422
    said = _("You refused it. Tell the buyer; the goods are on sale again.")
    return _moved(moves.refuse_order, order_id, said, reason=form.reason.data)


@bp.post("/<int:order_id>/pronto", allow=SELLS)
def create_ready(order_id: int) -> ResponseReturnValue:
    order, form = _theirs(order_id), ReadyForm()
    typed = boxes(request.form, order.lines)
    if not form.validate():
        return _page(order, form, typed=typed), 422
    separated = quantities(typed) or None
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        moves.mark_ready(order_id, separated=separated, reason=form.reason.data or "", **by)
    except (QuantityWrong, NothingLeft, ReasonMissing) as error:
        form.reason.errors = [str(error)]
        return _page(_theirs(order_id), form, typed=typed), error.status
    except DomainError as error:
        return _refused(order_id, error)
    flash(_("It is ready. Tell the buyer."), "success")
    return _to(order_id)


@bp.post("/<int:order_id>/envio", allow=SELLS)
def create_dispatch(order_id: int) -> ResponseReturnValue:
    said = _("It is on its way. Tell the buyer.")
    return _moved(moves.dispatch_order, order_id, said)


@bp.post("/<int:order_id>/codigo", allow=SELLS)
def create_code(order_id: int) -> ResponseReturnValue:
    """Show a code with which the buyer finds a lost order again; it is shown this once."""
    code = lookup.issue_lookup_code(order_id, by=current_person(), now=clock.now())
    return render_template("orders/code.html", order=_theirs(order_id), code=code)


@bp.get("/<int:order_id>/devolucao", allow=SELLS)
def new_return(order_id: int) -> ResponseReturnValue:
    return render_template("orders/return.html", order=_theirs(order_id), form=ReasonForm())


@bp.post("/<int:order_id>/devolucao", allow=SELLS)
def create_return(order_id: int) -> ResponseReturnValue:
    order, form = _theirs(order_id), ReasonForm()
    if not form.validate():
        return render_template("orders/return.html", order=order, form=form), 422
    said = _("It is given back. Return the money, then confirm it here.")
    if order.is_prepaid:
        said = _("It is given back. The money goes back by itself: confirm the goods here.")
    return _moved(returns.accept_return, order_id, said, reason=form.reason.data)


@bp.post("/<int:order_id>/reembolso", allow=SELLS)
def create_refund(order_id: int) -> ResponseReturnValue:
    order = _theirs(order_id)
    typed = quantities(boxes(request.form, order.lines))
    noted = _("Noted: the money was given back.")
    said = _("Noted: the goods are back.") if order.is_prepaid else noted
    return _moved(returns.confirm_refund, order_id, said, resalable=typed)


def _moved(
    operation: Callable[..., Order], order_id: int, said: str, **typed: Any
) -> ResponseReturnValue:
    """Move an order, or say on its page why it cannot be."""
    try:
        operation(order_id, **typed, by=current_person(), now=clock.now())
    except DomainError as error:
        return _refused(order_id, error)
    flash(said, "success")
    return _to(order_id)


def _refused(order_id: int, error: DomainError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    flash(str(error), "error")
    return _to(order_id)


def _to(order_id: int) -> ResponseReturnValue:
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _theirs(order_id: int) -> Order:
    return find_one(orders.theirs(current_person()).where(Order.id == order_id))


def _page(order: Order, form: ReadyForm, *, typed: dict[int, str] | None = None) -> str:
    return render_template(
        "orders/show.html",
        order=order,
        form=form,
        typed=typed or {},
        payment=payments.live_of("order", order.id),
        labels=labels,
        where=progress.where(order),
        stall=progress.stall(order),
        whatsapp=passing_on.link(order),
        revivable=revivable.can_be_revived(order, clock.now()),
        now=clock.now(),
    )


def _refusal_page(order: Order, form: ReasonForm) -> str:
    where = progress.where(order)
    return render_template("orders/refuse.html", order=order, form=form, where=where)
