"""From a basket to an order: one page, without an account."""

import secrets
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock, generations, limits
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.rights import anyone, current_person
from marketplace.orders import attempting, basket_cookie, checkout_words, labels, plan_words
from marketplace.orders.errors import (
    BasketEmpty,
    BuyerMissing,
    MethodNotOffered,
    NotForSale,
    OverLimit,
    PriceChanged,
    PriceLine,
    SoldOut,
    TotalChanged,
    WayNotOffered,
    WindowFull,
)
from marketplace.orders.forms.checkout import CheckoutForm, checkout_form
from marketplace.orders.operations import baskets, checkout
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.operations.choosing import Choice
from marketplace.orders.operations.placing import ANSWER_TERM, PAYING_TERM, Placed
from marketplace.orders.queries import baskets as basket_queries
from marketplace.orders.queries import waiting
from marketplace.orders.queries.baskets import Contents, Item, Part
from marketplace.orders.queries.choices import choices_for
from marketplace.payments import methods
from marketplace.payments.models.payments import Method

bp = Blueprint("checkout", __name__)
AN_HOUR = 3600
SHOWN_HERE = (
    *(BuyerMissing, MethodNotOffered, OverLimit, PriceChanged),
    *(SoldOut, TotalChanged, WayNotOffered, WindowFull),
)


@bp.get("/finalizar", allow=anyone)
def new() -> ResponseReturnValue:
    contents = _contents()
    if not contents.orderable or any(item.price_changed for item in contents.items):
        return redirect(url_for("baskets.show"), 303)
    return _page(_form(contents, key=secrets.token_urlsafe(12), **_known()), contents)


@bp.post("/finalizar", allow=anyone)
def create() -> ResponseReturnValue:
    contents = _contents()
    if not contents.items:
        return _again()
    form = _form(contents)
    if "look" in request.form:
        return _page(form, contents)
    filled = form.validate()
    if not form.ask_for_places() or not filled:
        return _page(form, contents), 422
    if lines := [_changed(item) for item in contents.items if item.price_changed]:
        return _refused(PriceChanged(lines))
    amounts = _amounts(form, contents)
    if form.total.data != str(sum(amounts.values())):
        return _page(form, contents, total_changed=True)
    return _order(form, amounts)


def _order(form: CheckoutForm, amounts: dict[int, int]) -> ResponseReturnValue:
    token = basket_cookie.token() or ""
    choices = form.chosen(amounts)  # before a transaction ends what was read
    most = current_app.config["CHECKOUTS_AN_HOUR"]
    limits.take("checkout", token, limit=most, seconds=AN_HOUR, now=clock.now())
    try:
        placed = _placed(form, choices, sum(amounts.values()))
        return _to_page(placed, online=_pays_online(choices))
    except SHOWN_HERE as error:
        return _refused(error)
    except (NotForSale, BasketEmpty) as error:
        flash(str(error), "error")
        return redirect(url_for("baskets.show"), 303)


def _placed(form: CheckoutForm, choices: dict[int, Choice], total_cents: int) -> Placed:
    name: Any = form.name.data
    mobile: Any = form.mobile.data
    buyer = Buyer(name, mobile, form.email.data or "", current_language())
    return checkout.place_order(
        basket_cookie.token() or "",
        checkout_key=form.key.data or "",
        buyer=buyer,
        choices=choices,
        total_cents=total_cents,
        by=current_person(),
        now=clock.now(),
    )


def _again() -> ResponseReturnValue:
    """Answer a second press: the basket is empty because the first one ordered it."""
    if (token := basket_cookie.token()) is None:
        return redirect(url_for("baskets.show"), 303)
    key, buyer = request.form.get("key", ""), Buyer("", "")
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        first = checkout.place_order(token, checkout_key=key, buyer=buyer, choices={}, **by)
    except (BasketEmpty, BuyerMissing):  # nothing was ordered with this key
        return redirect(url_for("baskets.show"), 303)
    return _to_page(first)


def _to_page(placed: Placed, *, online: bool = True) -> ResponseReturnValue:
    """Lead to what was ordered, or first to its payment; the code for that is asked for here."""
    waits = online and attempting.open_code(placed.id, now=clock.now())
    page = "paying.show" if waits else "purchases.show"
    return redirect(url_for(page, link_key=placed.link_key), 303)


def _pays_online(choices: dict[int, Choice]) -> bool:
    return any(choice.method in methods.online() for choice in choices.values())


def _refused(error: DomainError) -> ResponseReturnValue:
    """Show a refusal beside what it is about; nothing typed is lost."""
    if isinstance(error, PriceChanged):  # they are told now: the next press orders at these
        token, person = basket_cookie.token() or "", current_person()
        baskets.accept_prices(token, by=person, now=clock.now())
    generations.look_again()
    contents = _contents()
    form = _form(contents)
    _mark(form, error)
    return _page(form, contents, refusal=error), error.status


def _changed(item: Item) -> PriceLine:
    return PriceLine(item.product_id, item.name, item.shown_cents, item.price_cents)


def _mark(form: CheckoutForm, error: DomainError) -> None:
    said = [str(error)]
    if isinstance(error, BuyerMissing):
        form[error.facts["field"]].errors = said
    elif isinstance(error, MethodNotOffered):
        form.method.errors = said
    elif isinstance(error, WindowFull):
        for collection in form.collections:
            form.window_of(collection).errors = said
    elif isinstance(error, WayNotOffered):
        form.plan.errors = said


def _contents() -> Contents:
    return basket_queries.contents(basket_cookie.token(), clock.now())


def _form(contents: Contents, **start: Any) -> CheckoutForm:
    now = clock.now()
    form: CheckoutForm = checkout_form(choices_for(contents, now), now, **start)
    form.offer_methods(_offered(form, contents, now))
    return form


def _offered(form: CheckoutForm, contents: Contents, now: datetime) -> list[Method]:
    """Return how what was chosen may be paid: by what it costs there, not elsewhere."""
    amounts = _amounts(form, contents)
    whole = sum(amounts.values())
    taken = [
        methods.offered(
            part.enterprise, amount_cents=amounts[part.enterprise.id], whole_cents=whole, now=now
        )
        for part in contents.parts
    ]
    offered = [m for m in methods.registry if any(m in ways for ways in taken)]
    if Method.BOLETO in offered and not _boleto_can_wait(contents, now):
        offered.remove(Method.BOLETO)
    return offered


def _boleto_can_wait(contents: Contents, now: datetime) -> bool:
    """Whether each part can still be had in some way once a boleto must have been told as paid."""
    later = choices_for(contents, waiting.held_until(now))
    return all(o.collections or o.points or o.deliveries for o in later.offers)


def _known() -> dict[str, str]:
    """Return what a logged-in buyer need not type again."""
    if (user_id := current_person().id) is None:
        return {}
    user = find_one(accounts.by_id(user_id))
    known = {"name": user.name, "mobile": user.mobile, "email": user.email}
    return {name: value for name, value in known.items() if value}


def _amounts(form: CheckoutForm, contents: Contents) -> dict[int, int]:
    """Return what each enterprise is to be paid, its delivery included, in centavos."""
    return {
        part.enterprise.id: part.total_at(form.prices_of(o)) + (form.delivery_cents(o) or 0)
        for part, o in zip(contents.parts, form.choices.offers, strict=True)
    }


def _page(
    form: CheckoutForm,
    contents: Contents,
    *,
    total_changed: bool = False,
    refusal: DomainError | None = None,
) -> Response:
    basket_cookie.note_pieces(contents.pieces)
    form.say_what_is_offered()
    amounts = _amounts(form, contents)
    total = sum(amounts.values())
    form.total.data = str(total)
    shown = render_template(
        "orders/checkout.html",
        form=form,
        contents=contents,
        plan_words=plan_words,
        labels=labels,
        pays={o.enterprise.id: form.pays(o, amounts) for o in form.choices.offers},
        not_offered=_not_offered(form, contents, amounts),
        total_cents=total,
        total_changed=total_changed,
        refusal=refusal,
        notes=checkout_words.notes(refusal),
        answer_hours=int(ANSWER_TERM.total_seconds() // AN_HOUR),
        pays_online=any(Method(way.value) in methods.online() for way in form.method.choices),
        pay_minutes=int(PAYING_TERM.total_seconds() // 60),
    )
    answer = make_response(shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _not_offered(form: CheckoutForm, contents: Contents, amounts: dict[int, int]) -> list[str]:
    """Return why ways of paying that are open here do not take what is in this basket."""
    offered, now = {choice.value for choice in form.method.choices}, clock.now()
    return [
        why
        for method in methods.open_here()
        if method not in offered
        for part in contents.parts[:1]
        if (why := _refusal(method, part, amounts, now))
    ]


def _refusal(method: Method, part: Part, amounts: dict[int, int], now: datetime) -> str | None:
    """Return why a way of paying that is open here is not offered for what was chosen."""
    whole, mine = sum(amounts.values()), amounts[part.enterprise.id]
    facts: Any = {"amount_cents": mine, "whole_cents": whole, "now": now}
    why = methods.refusal(method, enterprise=part.enterprise, **facts)
    too_soon = _("A boleto takes days until the bank tells: nothing here can wait so long.")
    return why or (too_soon if method is Method.BOLETO else None)
