"""Refunds: money on its way back to a buyer.

**Source:** https://docs.stripe.com/refunds; boleto: https://docs.stripe.com/payments/boleto (none).
"""

from sandbox import charges, money, rules
from sandbox.errors import Refused, unexpected_state
from sandbox.world import DAY, Thing, World, listed

PIX_DAYS = 90
FATES = {"later": "refund_succeeded", "failed": "refund_failed"}  # what happens a day after it


def create(world: World, sent: Thing) -> Thing:
    rules.metadata(sent)
    charge = _charge(world, sent)
    amount = sent.get("amount", charges.refundable(world, charge))
    _refuse(world, charge, amount)
    fate = world.store.setting("next_refund", "succeeded")
    world.store.set("next_refund", "succeeded")
    refund = world.create(
        "refund",
        "re" if charge["id"].startswith("ch_") else "pyr",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency="brl",
        metadata=rules.merged({}, sent.get("metadata")),
        payment_intent=charge["payment_intent"],
        reason=sent.get("reason"),
        receipt_number=None,
        source_transfer_reversal=None,
        status="succeeded" if fate == "succeeded" else "pending",
        transfer_reversal=None,
    )
    moved = money.book(world, _kind(charge), -amount, refund)
    refund = world.save(refund | {"balance_transaction": moved["id"]})
    world.emit("refund.created", refund)
    _note(world, charge)
    if fate != "succeeded":
        world.plan(FATES[fate], refund, at=world.now() + DAY)
    return refund


def _kind(charge: Thing) -> str:
    return "refund" if charge["id"].startswith("ch_") else "payment_refund"


def _charge(world: World, sent: Thing) -> Thing:
    if charge_id := sent.get("charge"):
        return world.get("charge", charge_id, param="charge")
    if not (intent_id := sent.get("payment_intent")):
        raise Refused(
            "Say which charge or payment_intent.", code="parameter_missing", param="charge"
        )
    intent = world.get("payment_intent", intent_id, param="payment_intent")
    if intent["status"] != "succeeded":
        raise unexpected_state("Payment_intent", intent["status"], "refund")
    return world.get("charge", intent["latest_charge"], param="charge")


def _refuse(world: World, charge: Thing, amount: int) -> None:
    method, left = charge["payment_method_details"]["type"], charges.refundable(world, charge)
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise Refused("This charge cannot be refunded now.", code="charge_disputed", param="charge")
    if method == "boleto":
        raise Refused("Boleto payments cannot be refunded.", param="charge")
    if method == "pix" and world.now() - charge["created"] > PIX_DAYS * DAY:
        raise Refused("Pix payments can be refunded for 90 days.", param="charge")
    if left == 0:
        raise Refused(
            "It has already been refunded.", code="charge_already_refunded", param="charge"
        )
    if not 1 <= amount <= left:
        raise Refused(f"Refund amount is not within the {left} left.", param="amount")


def _note(world: World, charge: Thing) -> None:
    """Let the charge say what was given back."""
    given = charge["amount"] - charges.refundable(world, charge)
    full = given == charge["amount"]
    before = {"amount_refunded": charge["amount_refunded"]}
    changed = world.save(charge | {"amount_refunded": given, "refunded": full})
    world.emit("charge.refunded", changed, **before)


def show(world: World, _sent: Thing, refund_id: str) -> Thing:
    return world.get("refund", refund_id, param="refund")


def index(world: World, sent: Thing) -> Thing:
    return listed(world.every("refund"), sent, "/v1/refunds")


def cancel(world: World, _sent: Thing, refund_id: str) -> Thing:
    refund = world.get("refund", refund_id, param="refund")
    if refund["status"] not in ("pending", "requires_action"):
        raise unexpected_state("Refund", refund["status"], "cancel")
    return _give_up(world, refund, "canceled", "refund.updated")


def succeed(world: World, refund: Thing) -> None:
    if refund["status"] == "pending":
        world.emit("refund.updated", world.save(refund | {"status": "succeeded"}))


def fail(world: World, refund: Thing) -> None:
    """Let a refund come back, as when the buyer's account is closed."""
    if refund["status"] in ("pending", "succeeded"):
        _give_up(
            world,
            refund | {"failure_reason": "expired_or_canceled_card"},
            "failed",
            "refund.failed",
        )


def _give_up(world: World, refund: Thing, state: str, news: str) -> Thing:
    charge = world.get("charge", refund["charge"])
    moved = money.book(world, "refund_failure", refund["amount"], refund)
    ended = world.save(refund | {"status": state, "failure_balance_transaction": moved["id"]})
    given = charge["amount"] - charges.refundable(world, charge)
    world.save(charge | {"amount_refunded": given, "refunded": False})
    world.emit(news, ended)
    return ended
