"""Checkout sessions: the provider's own page, on which a buyer chooses how to pay.

**Source:** https://docs.stripe.com/api/checkout/sessions; https://docs.stripe.com/payments/checkout/fulfillment.
"""

from sandbox import intents, rules
from sandbox.errors import Refused
from sandbox.world import HOUR, Thing, World, listed, new_id

UNPAID, PAID = "unpaid", "paid"


def create(world: World, sent: Thing) -> Thing:
    rules.session(sent)
    rules.metadata(sent)
    items = [_item(world, one) for one in sent["line_items"]]
    total = sum(item["amount_total"] for item in items)
    allowed = sent.get("allowed_payment_method_types") or ["card"]
    for name in allowed:
        rules.method(name, param="allowed_payment_method_types")
        rules.amount(name, total)
    now = world.now()
    until = sent.get("expires_at", now + 24 * HOUR)
    rules.between(until - now, rules.SESSION_SECONDS, "expires_at")
    intent = _intent(world, sent, total, allowed)
    session = world.create(
        "checkout.session",
        "cs_test",
        **_empty(),
        **{name: sent.get(name) for name in ("cancel_url", "client_reference_id", "success_url")},
        amount_subtotal=total,
        amount_total=total,
        expires_at=until,
        metadata=rules.merged({}, sent.get("metadata")),
        payment_intent=intent["id"],
        payment_method_types=allowed,
        allowed_payment_method_types=allowed,
        _items=items,
    )
    session = world.save(session | {"url": f"{world.base}/pay/{session['id']}"})
    world.plan("session_expires", session, at=until)
    return told(session)


def _intent(world: World, sent: Thing, total: int, allowed: list[str]) -> Thing:
    data = sent.get("payment_intent_data", {})
    options = sent.get("payment_method_options", {})
    asked = {"amount": total, "currency": "brl", "allowed_payment_method_types": allowed}
    wanted = {
        name: data[name] for name in ("metadata", "transfer_group", "description") if name in data
    }
    return intents.create(world, asked | wanted | {"payment_method_options": options})


def _item(world: World, sent: Thing) -> Thing:
    price, quantity = sent.get("price_data"), sent.get("quantity", 1)
    if not price or "unit_amount" not in price:
        raise Refused("line_items need price_data[unit_amount].", param="line_items")
    rules.one_currency(price)
    if price["unit_amount"] < 0 or quantity < 1:
        raise Refused("Invalid amount or quantity.", param="line_items")
    total = price["unit_amount"] * quantity
    kept = {
        "id": f"price_{new_id()}",
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": world.now(),
        "currency": "brl",
        "livemode": False,
        "metadata": {},
        "product": f"prod_{new_id()}",
        "type": "one_time",
        "unit_amount": price["unit_amount"],
    }
    return {
        "id": f"li_{new_id()}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": "brl",
        "description": price.get("product_data", {}).get("name", ""),
        "price": kept,
        "quantity": quantity,
    }


def _empty() -> Thing:
    texts = dict.fromkeys(
        ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    )
    absent = ("customer", "customer_details", "customer_email", "setup_intent", "subscription")
    return dict.fromkeys(absent) | {
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "currency": "brl",
        "custom_fields": [],
        "custom_text": texts,
        "locale": "pt-BR",
        "mode": "payment",
        "payment_status": UNPAID,
        "shipping_options": [],
        "status": "open",
        "ui_mode": "hosted_page",
    }


def show(world: World, _sent: Thing, session_id: str) -> Thing:
    return told(world.get("checkout.session", session_id, param="session"))


def index(world: World, sent: Thing) -> Thing:
    return listed(
        [told(one) for one in world.every("checkout.session")], sent, "/v1/checkout/sessions"
    )


def line_items(world: World, sent: Thing, session_id: str) -> Thing:
    items = world.get("checkout.session", session_id, param="session")["_items"]
    return listed(items, sent, f"/v1/checkout/sessions/{session_id}/line_items")


def expire(world: World, _sent: Thing, session_id: str) -> Thing:
    """End an open session; one that is complete stays so.

    :raises Refused: unless it is open.
    """
    session = world.get("checkout.session", session_id, param="session")
    if session["status"] != "open":
        said = f"Only open Checkout Sessions can be expired; this one is {session['status']}."
        raise Refused(said, code="checkout_session_not_open")
    return told(end(world, session))


def end(world: World, session: Thing) -> Thing:
    world.drop("session_expires", session)
    ended = world.save(session | {"status": "expired", "url": None})
    intent = world.get("payment_intent", session["payment_intent"])
    if intent["status"] not in intents.FINAL:
        intents.end(world, intent, "abandoned")
    world.emit("checkout.session.expired", told(ended))
    return ended


def lapse(world: World, session: Thing) -> None:
    if session["status"] == "open":
        end(world, session)


def pay_by_card(world: World, session_id: str) -> Thing:
    """Let a card be taken.

    :raises Refused: unless the session is open.
    """
    session = _open(world, session_id)
    world.drop("session_expires", session)
    intents.pay(world, session["payment_intent"], "card")
    return _completed(world, session, PAID)


def decline(world: World, session_id: str) -> None:
    """Let a card be declined: the session stays open."""
    session = _open(world, session_id)
    said = "Your card was declined."
    intents.fail(
        world, session["payment_intent"], code="card_declined", message=said, method="card"
    )


def challenge(world: World, session_id: str) -> None:
    """Let the card's bank ask who is paying."""
    session = _open(world, session_id)
    intent = world.get("payment_intent", session["payment_intent"])
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    world.save(asked := intent | {"status": "requires_action", "next_action": action})
    world.emit("payment_intent.requires_action", intents.told(asked))


def start_waiting(world: World, session_id: str, method: str, tax_id: str = "") -> Thing:
    """Let the buyer choose Pix or boleto: the session is complete, and not yet paid."""
    session = _open(world, session_id)
    world.drop("session_expires", session)
    intent = world.get("payment_intent", session["payment_intent"])
    chosen = intent | {
        "payment_method": f"pm_{new_id()}",
        "_method": method,
        "_payer": {"tax_id": tax_id},
        "_session": session_id,
    }
    intents.wait(world, chosen, method)
    return _completed(world, session, UNPAID)


def hear(world: World, intent: Thing, *, paid: bool) -> None:
    """Tell, through the session, what became of a Pix or boleto that was chosen in it."""
    if not (session_id := intent.get("_session")):
        return
    session = world.get("checkout.session", session_id)
    if paid:
        session = world.save(session | {"payment_status": PAID})
    end_ = "succeeded" if paid else "failed"
    world.emit(f"checkout.session.async_payment_{end_}", told(session))


def told(session: Thing) -> Thing:
    return {name: value for name, value in session.items() if not name.startswith("_")}


def _completed(world: World, session: Thing, payment_status: str) -> Thing:
    done = world.save(
        session | {"status": "complete", "payment_status": payment_status, "url": None}
    )
    world.emit("checkout.session.completed", told(done))
    return done


def _open(world: World, session_id: str) -> Thing:
    session = world.get("checkout.session", session_id, param="session")
    if session["status"] != "open":
        raise Refused("This session is no longer open.", code="checkout_session_not_open")
    return session
