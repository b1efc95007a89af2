"""Where a group sees what to bring to a fair, and staff whether every group got its list."""

from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises.choosing import current_enterprise
from marketplace.fairs import list_news
from marketplace.fairs.forms.lists import ShortForm
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair
from marketplace.fairs.models.lists import ClosingList
from marketplace.fairs.operations import closing as operations
from marketplace.fairs.queries import calendar
from marketplace.fairs.queries import closing as queries
from marketplace.notifications import whatsapp
from marketplace.orders import labels
from marketplace.orders.models.orders import Order
from marketplace.orders.operations import shortages

bp = Blueprint("fair_lists", __name__)
SELLS = role("member", "manager", "facilitator")
SEES = role("articulation", "head")


@bp.get("/painel/feiras/<int:fair_id>/lista", allow=SELLS)
def show(fair_id: int) -> ResponseReturnValue:
    """Show what to bring to a fair, as a sheet to print and a text to pass on."""
    return _page(fair_id, ShortForm(), _orders(fair_id))


@bp.post("/painel/feiras/<int:fair_id>/lista/falta", allow=SELLS)
def create_shortage(fair_id: int) -> ResponseReturnValue:
    """Share out what there is of a product among who reserved it, the first ones first."""
    form, orders = ShortForm(), _orders(fair_id)
    form.offer(queries.goods(fair_id, current_enterprise().id))
    if not form.validate():
        return _page(fair_id, form, orders), 422
    told: Any = {"reason": form.reason.data or "", "by": current_person(), "now": clock.now()}
    pieces = form.pieces.data or 0
    try:
        shared = shortages.share_short(fair_id, form.product_id.data, pieces, **told)
    except DomainError as error:
        form.pieces.errors = [str(error)]
        return _page(fair_id, form, _orders(fair_id)), error.status
    _tell(shared)
    return redirect(url_for("fair_lists.show", fair_id=fair_id))


def _tell(shared: shortages.Shared) -> None:
    """Say what a shortage did, and which orders it could not touch."""
    none = _("There is enough for all who reserved.")
    fewer = ngettext(
        "%(num)s order gets less, and its buyer is told.",
        "%(num)s orders get less, and their buyers are told.",
        shared.fewer,
    )
    if shared.fewer or not shared.disputed:
        flash(fewer if shared.fewer else none, "success")
    if shared.disputed:
        aside = _(
            "Set aside, because a bank disputes the payment: %(codes)s. Tell this shortage again"
            " once the dispute has ended.",
            codes=", ".join(shared.disputed),
        )
        flash(aside, "warning")


def _orders(fair_id: int) -> list[Order]:
    enterprise = current_enterprise()
    find_one(_place(fair_id, enterprise.id))
    return queries.orders(fair_id, [enterprise.id]).get(enterprise.id, [])


def _page(fair_id: int, form: ShortForm, orders: list[Order]) -> str:
    enterprise = current_enterprise()
    place = find_one(_place(fair_id, enterprise.id))
    fair = find_one(calendar.by_id(fair_id))
    form.offer(queries.goods(fair_id, enterprise.id))
    goods = queries.pieces(fair_id).get(enterprise.id, [])
    text = list_news.text_of(fair, enterprise.name, goods, orders)
    return render_template(
        "fairs/list.html",
        enterprise=enterprise,
        fair=fair,
        stall=place.stall,
        orders=orders,
        goods=goods,
        unpaid=queries.reserved(fair_id).get(enterprise.id, queries.Reserved()).unpaid,
        closed=clock.now() >= fair.reservations_close_at,
        text=text,
        share=f"https://wa.me/?text={quote(text)}",
        labels=labels,
        form=form,
    )


@bp.get("/gestao/feiras/<int:fair_id>/listas", allow=SEES)
def index(fair_id: int) -> ResponseReturnValue:
    fair = find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))
    lists = queries.lists_of(fair_id)
    return render_template(
        "fairs/lists.html",
        fair=fair,
        lists=lists,
        sendings=queries.sendings(lists),
        texts=_texts(fair, lists),
        whatsapp=whatsapp.link,
        closed=clock.now() >= fair.reservations_close_at,
    )


@bp.post("/gestao/feiras/<int:fair_id>/listas/<int:enterprise_id>/repasse", allow=SEES)
def create_passing_on(fair_id: int, enterprise_id: int) -> ResponseReturnValue:
    one = operations.note_passed_on(fair_id, enterprise_id, by=current_person(), now=clock.now())
    name = one.enterprise.name
    flash(_("Noted: the list of %(enterprise)s was passed on.", enterprise=name), "success")
    return redirect(url_for("fair_lists.index", fair_id=fair_id))


def _place(fair_id: int, enterprise_id: int) -> sa.Select[Exhibitor]:
    announced = sa.select(Fair.id).where(Fair.state.in_(PUBLIC))
    return sa.select(Exhibitor).where(
        Exhibitor.fair_id == fair_id,
        Exhibitor.enterprise_id == enterprise_id,
        Exhibitor.fair_id.in_(announced),
    )


def _texts(fair: Fair, lists: list[ClosingList]) -> dict[int, str]:
    """Return each list as a text to pass on, by its id."""
    goods = queries.pieces(fair.id)
    orders = queries.orders(fair.id, [one.enterprise_id for one in lists])
    return {
        one.id: list_news.text_of(
            fair,
            one.enterprise.name,
            goods.get(one.enterprise_id, []),
            orders.get(one.enterprise_id, []),
        )
        for one in lists
    }
