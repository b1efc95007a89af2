"""Erasing what one purchase says of its buyer, for whoever bought without an account."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, limits, privacy
from marketplace.core.erasures import MustWait
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import anyone, current_person
from marketplace.orders.errors import LookupFailed, OfAnAccount
from marketplace.orders.forms.purchases import ErasureForm
from marketplace.orders.operations import erasing, lookup
from marketplace.orders.queries import orders

AN_HOUR, A_DAY, TRIES = 3600, 24 * 3600, 5

bp = Blueprint("purchase_erasing", __name__, url_prefix="/pedidos/<link_key>/apagamento")

bp.after_request(keep_secret)


@bp.get("", allow=anyone)
def new(link_key: str) -> ResponseReturnValue:
    return _page(link_key, ErasureForm())


@bp.post("", allow=anyone)
def create(link_key: str) -> ResponseReturnValue:
    form, by, now = ErasureForm(), current_person(), clock.now()
    if not form.validate():
        return _page(link_key, form), 422
    limits.take("erasing", link_key, limit=TRIES, seconds=AN_HOUR, now=now)
    try:
        code = erasing.erase_purchase(link_key, form.digits, by=by, now=now)
    except LookupFailed as error:
        form.code.errors = [_("This code is not right, or it is too old.")]
        return _page(link_key, form), error.status
    except (OfAnAccount, MustWait) as error:
        return _page(link_key, form), error.status
    return redirect(url_for("erasing.show", code=code), 303)


@bp.post("/codigo", allow=anyone)
def create_letter(link_key: str) -> ResponseReturnValue:
    """Send a code to the purchase's e-mail address, if it has one; the answer never tells."""
    purchase, now = find_one(orders.purchase_by_key(link_key)), clock.now()
    number, mobile = purchase.number, purchase.buyer_mobile
    most = current_app.config["LETTERS_A_DAY"]
    limits.take("lookup_letter", str((number, mobile)), limit=most, seconds=A_DAY, now=now)
    lookup.mail_lookup_code(number, mobile, by=current_person(), now=now)
    flash(_("If this order has an e-mail address, a code is on its way to it."), "success")
    return redirect(url_for("purchase_erasing.new", link_key=link_key), 303)


def _page(link_key: str, form: ErasureForm) -> str:
    purchase = find_one(orders.purchase_by_key(link_key))
    theirs = privacy.subject("purchase", purchase.id)
    reasons = privacy.waiting(theirs, clock.now())
    return render_template("orders/erase.html", purchase=purchase, form=form, reasons=reasons)
