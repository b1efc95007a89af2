"""Charges: what one try to pay came to."""

from sandbox import money
from sandbox.world import Thing, World, listed, new_id

CARD = {
    "brand": "visa",
    "checks": None,
    "country": "BR",
    "exp_month": 12,
    "exp_year": 2034,
    "funding": "credit",
    "installments": None,
    "last4": "4242",
    "mandate": None,
    "network": "visa",
    "three_d_secure": None,
    "wallet": None,
}


def succeed(world: World, intent: Thing, method: str) -> Thing:
    """Charge an intent: the money is booked with its fee, pending until it is at hand."""
    charge = _new(world, intent, method, status="succeeded", paid=True)
    moved = money.book(
        world,
        "charge" if method == "card" else "payment",
        intent["amount"],
        charge,
        fee=money.fee_of(method, intent["amount"]),
        at=money.available_on(world, method),
    )
    world.save(charge | {"balance_transaction": moved["id"], "captured": True})
    world.emit("charge.succeeded", charge := world.get("charge", charge["id"]))
    return charge


def fail(world: World, intent: Thing, method: str, *, code: str, message: str) -> Thing:
    charge = _new(
        *(world, intent, method),
        status="failed",
        paid=False,
        failure_code=code,
        failure_message=message,
    )
    world.emit("charge.failed", charge)
    return charge


def _new(world: World, intent: Thing, method: str, **values: object) -> Thing:
    return world.create(
        "charge",
        "ch" if method == "card" else "py",
        **_empty(),
        amount=intent["amount"],
        amount_captured=intent["amount"] if values["paid"] else 0,
        currency="brl",
        description=intent["description"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details=_details(intent, method),
        transfer_group=intent["transfer_group"] or f"group_{intent['id']}",
        **values,
    )


def _empty() -> Thing:
    """Return what no charge of ours has anything in."""
    absent = (
        "application",
        "application_fee",
        "application_fee_amount",
        "customer",
        "on_behalf_of",
    )
    nobody = dict.fromkeys(("email", "name", "phone", "tax_id", "address"))
    return dict.fromkeys(absent) | {
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": nobody,
        "captured": False,
        "disputed": False,
        "refunded": False,
        "transfer_data": None,
    }


def _details(intent: Thing, method: str) -> Thing:
    payer = intent.get("_payer") or {}
    details: dict[str, Thing] = {
        "card": CARD,
        "pix": {"bank_transaction_id": f"E{new_id(31)}"},
        "boleto": {"tax_id": payer.get("tax_id", "")},
    }
    return {"type": method, method: details[method]}


def show(world: World, _sent: Thing, charge_id: str) -> Thing:
    return world.get("charge", charge_id, param="charge")


def index(world: World, sent: Thing) -> Thing:
    return listed(world.every("charge"), sent, "/v1/charges")


def refundable(world: World, charge: Thing) -> int:
    """Return how many centavos of a charge may still be given back."""
    given = sum(
        refund["amount"]
        for refund in world.every("refund")
        if refund["charge"] == charge["id"] and refund["status"] not in ("failed", "canceled")
    )
    return int(charge["amount"] - given)
