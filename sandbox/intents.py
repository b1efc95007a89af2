"""Payment intents: created, confirmed, waiting for somebody, paid, failed or canceled.

**Source:** https://docs.stripe.com/payments/paymentintents/lifecycle; https://docs.stripe.com/payments/pix;
https://docs.stripe.com/payments/boleto.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.payments import boleto, brcode
from sandbox import charges, rules
from sandbox.errors import Refused, unexpected_state
from sandbox.world import Thing, World, listed, new_id

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
PIX_SECONDS, BOLETO_DAYS = 14_400, 3  # unless told
FINAL = ("succeeded", "canceled")
EXPANDED = ("latest_charge", "latest_charge.balance_transaction")
NO_BANK = "000"  # three digits that no bank has: a number that nobody can pay by mistake
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def create(world: World, sent: Thing) -> Thing:
    rules.one_currency(sent)
    rules.metadata(sent)
    allowed = sent.get("allowed_payment_method_types") or list(rules.METHODS)
    for name in allowed:
        rules.method(name, param="allowed_payment_method_types")
    rules.amount(min(allowed, key=rules.LEAST.__getitem__), sent["amount"])
    intent = world.create("payment_intent", "pi", **_fresh(sent, allowed))
    intent = world.save(intent | {"client_secret": f"{intent['id']}_secret_{new_id()}"})
    world.emit("payment_intent.created", intent)
    return confirm(world, sent, intent["id"]) if sent.get("confirm") else told(intent)


def _fresh(sent: Thing, allowed: list[str]) -> Thing:
    absent = (
        "canceled_at",
        "cancellation_reason",
        "last_payment_error",
        "latest_charge",
        "next_action",
    )
    return dict.fromkeys((*absent, "payment_method", "customer", "processing")) | {
        "amount": sent["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "allowed_payment_method_types": allowed,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "currency": "brl",
        "description": sent.get("description"),
        "metadata": rules.merged({}, sent.get("metadata")),
        "payment_method_options": sent.get("payment_method_options") or {},
        "payment_method_types": allowed,
        "status": "requires_payment_method",
        "transfer_group": sent.get("transfer_group"),
    }


def show(world: World, sent: Thing, intent_id: str) -> Thing:
    """Tell of an intent, and where it is asked for of its charge, and of what that brought in.

    **Source:** https://docs.stripe.com/expand.

    :raises Refused: for anything else that is to be expanded.
    """
    intent = told(world.get("payment_intent", intent_id, param="intent"))
    asked = sent.get("expand") or []
    if unknown := [name for name in asked if name not in EXPANDED]:
        raise Refused(f"This property cannot be expanded ({unknown[0]}).", param="expand")
    return _expanded(world, intent, deep=EXPANDED[1] in asked) if asked else intent


def _expanded(world: World, intent: Thing, *, deep: bool) -> Thing:
    if intent["latest_charge"] is None:
        return intent
    charge = world.get("charge", intent["latest_charge"])
    if deep and charge["balance_transaction"]:
        moved = world.get("balance_transaction", charge["balance_transaction"])
        charge = charge | {"balance_transaction": moved}
    return intent | {"latest_charge": charge}


def index(world: World, sent: Thing) -> Thing:
    return listed([told(one) for one in world.every("payment_intent")], sent, "/v1/payment_intents")


def update(world: World, sent: Thing, intent_id: str) -> Thing:
    intent = _open(world, intent_id, "update")
    rules.metadata(sent)
    kept = {
        name: sent[name] for name in ("amount", "description", "transfer_group") if name in sent
    }
    return told(
        world.save(
            intent | kept | {"metadata": rules.merged(intent["metadata"], sent.get("metadata"))}
        )
    )


def confirm(world: World, sent: Thing, intent_id: str) -> Thing:
    """Start a try with what was sent of the payer; Pix and boleto then wait for the bank."""
    intent = _open(world, intent_id, "confirm")
    data = sent.get("payment_method_data")
    if not data:
        raise Refused(
            "You must say how it is paid.", code="parameter_missing", param="payment_method_data"
        )
    method = data["type"]
    if method not in intent["allowed_payment_method_types"]:
        raise Refused(f"{method} is not allowed here.", param="payment_method_data[type]")
    rules.amount(method, intent["amount"])
    if method == "boleto":
        rules.boleto_payer(data)
    if method == "card":
        raise Refused("Cards are taken on the hosted page only.", param="payment_method_data[type]")
    options = intent["payment_method_options"] | (sent.get("payment_method_options") or {})
    started = intent | {
        "payment_method": f"pm_{new_id()}",
        "payment_method_options": options,
        "_method": method,
        "_payer": {"tax_id": data.get("boleto", {}).get("tax_id", "")},
    }
    return told(wait(world, started, method))


def wait(world: World, intent: Thing, method: str) -> Thing:
    """Let an intent wait for the bank until its code lapses."""
    asked = intent["payment_method_options"].get(method, {})
    until = _lapses(world, asked, method)
    draw = {"pix": _pix, "boleto": _boleto}[method]
    waiting = intent | {"status": "requires_action", "next_action": draw(world, intent, until)}
    world.save(waiting)
    world.plan("intent_lapses", waiting, at=until)
    world.emit("payment_intent.requires_action", told(waiting))
    return waiting


def _lapses(world: World, asked: Thing, method: str) -> int:
    if method == "boleto":
        days = rules.between(
            asked.get("expires_after_days", BOLETO_DAYS), rules.BOLETO_DAYS, "expires_after_days"
        )
        day = datetime.fromtimestamp(world.now(), SAO_PAULO).date() + timedelta(days=days)
        return int(datetime.combine(day, time(23, 59, 59), SAO_PAULO).timestamp())
    if at := asked.get("expires_at"):
        return int(at)
    seconds = rules.between(
        asked.get("expires_after_seconds", PIX_SECONDS), rules.PIX_SECONDS, "expires_after_seconds"
    )
    return world.now() + seconds


def _pix(world: World, intent: Thing, until: int) -> Thing:
    code = brcode.BRCode(
        key="00000000-0000-4000-8000-000000000000",
        name="SANDBOX SEM VALOR",
        city="MANAUS",
        amount_cents=intent["amount"],
        txid=intent["id"].replace("_", "")[:25],
    )
    page = f"{world.base}/pix/{intent['id']}"
    shown = {
        "data": brcode.encode(code),
        "expires_at": until,
        "hosted_instructions_url": page,
        "image_url_png": f"{page}.png",
        "image_url_svg": f"{page}.svg",
    }
    return {"type": "pix_display_qr_code", "pix_display_qr_code": shown}


def _boleto(world: World, intent: Thing, until: int) -> Thing:
    page = f"{world.base}/boleto/{intent['id']}"
    free = f"{int.from_bytes(intent['id'].encode(), 'big') % 10**25:025d}"
    due = datetime.fromtimestamp(until, SAO_PAULO).date()
    shown = {
        "expires_at": until,
        "hosted_voucher_url": page,
        "number": boleto.number_of(NO_BANK, free, due=due, amount_cents=intent["amount"]),
        "pdf": f"{page}.pdf",
    }
    return {"type": "boleto_display_details", "boleto_display_details": shown}


def pay(world: World, intent_id: str, method: str = "") -> Thing:
    """Let the money arrive: on time, or after the code lapsed.

    :raises Refused: if it was paid or canceled.
    """
    intent = world.get("payment_intent", intent_id, param="intent")
    method = method or intent.get("_method", "card")
    if intent["status"] in FINAL:
        raise unexpected_state("Payment_intent", intent["status"], "pay")
    world.drop("intent_lapses", intent)
    charge = charges.succeed(world, intent, method)
    paid = world.save(
        intent
        | {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "next_action": None,
            "last_payment_error": None,
        }
    )
    world.emit("payment_intent.succeeded", told(paid))
    return paid


def fail(world: World, intent_id: str, *, code: str, message: str, method: str = "") -> Thing:
    """Let a try fail; the intent may be confirmed again."""
    intent = world.get("payment_intent", intent_id, param="intent")
    if intent["status"] in FINAL:
        return intent
    method = method or intent.get("_method", "card")
    error: Thing = {"type": "card_error", "code": code, "message": message}
    known = {}
    if method == "card":
        charge = charges.fail(world, intent, method, code=code, message=message)
        known = {"latest_charge": charge["id"]}
        error["charge"] = charge["id"]
    failed = world.save(
        intent
        | known
        | {"status": "requires_payment_method", "next_action": None, "last_payment_error": error}
    )
    world.emit("payment_intent.payment_failed", told(failed))
    return failed


def lapse(world: World, intent: Thing) -> None:
    """Let the code of a waiting intent lapse unpaid."""
    if intent["status"] == "requires_action":
        said = "The payment was not made in time."
        fail(world, intent["id"], code="payment_intent_payment_attempt_expired", message=said)


def cancel(world: World, sent: Thing, intent_id: str) -> Thing:
    intent = _open(world, intent_id, "cancel")
    if _of_open_session(world, intent):
        said = "This intent belongs to an open session: expire the session instead."
        raise Refused(said, code="payment_intent_unexpected_state")
    return told(end(world, intent, sent.get("cancellation_reason")))


def end(world: World, intent: Thing, reason: str | None) -> Thing:
    world.drop("intent_lapses", intent)
    ended = world.save(
        intent
        | {
            "status": "canceled",
            "canceled_at": world.now(),
            "cancellation_reason": reason,
            "next_action": None,
        }
    )
    world.emit("payment_intent.canceled", told(ended))
    return ended


def told(intent: Thing) -> Thing:
    """Return what callers see of an intent."""
    return {name: value for name, value in intent.items() if not name.startswith("_")}


def _open(world: World, intent_id: str, act: str) -> Thing:
    intent = world.get("payment_intent", intent_id, param="intent")
    if intent["status"] in FINAL:
        raise unexpected_state("Payment_intent", intent["status"], act)
    return intent


def _of_open_session(world: World, intent: Thing) -> bool:
    sessions = world.every("checkout.session")
    return any(s["payment_intent"] == intent["id"] and s["status"] == "open" for s in sessions)
