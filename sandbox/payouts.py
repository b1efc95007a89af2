"""Payouts: money on its way from an account's balance to its bank.

**Source:** https://docs.stripe.com/payouts.
"""

from sandbox import money, rules
from sandbox.errors import Refused, unexpected_state
from sandbox.world import DAY, Thing, World, listed

FINAL = ("paid", "failed", "canceled")


def create(world: World, sent: Thing) -> Thing:
    rules.one_currency(sent)
    if sent["amount"] < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    money.refuse_more_than_there_is(world, sent["amount"])
    arrives = world.now() + DAY
    payout = world.create(
        "payout",
        "po",
        **dict.fromkeys(("failure_balance_transaction", "failure_code", "failure_message")),
        amount=sent["amount"],
        arrival_date=arrives,
        automatic=False,
        balance_transaction=None,
        currency="brl",
        description=sent.get("description"),
        metadata=rules.merged({}, sent.get("metadata")),
        method="standard",
        reconciliation_status="not_applicable",
        source_type="card",
        status="pending",
        type="bank_account",
    )
    moved = money.book(world, "payout", -sent["amount"], payout)
    payout = world.save(payout | {"balance_transaction": moved["id"]})
    world.emit("payout.created", payout)
    world.plan("payout_leaves", payout, at=world.now() + DAY // 2)
    world.plan("payout_arrives", payout, at=arrives)
    return payout


def show(world: World, _sent: Thing, payout_id: str) -> Thing:
    return world.get("payout", payout_id, param="payout")


def index(world: World, sent: Thing) -> Thing:
    return listed(world.every("payout"), sent, "/v1/payouts")


def cancel(world: World, _sent: Thing, payout_id: str) -> Thing:
    payout = world.get("payout", payout_id, param="payout")
    if payout["status"] != "pending":
        raise unexpected_state("Payout", payout["status"], "cancel")
    return _return(world, payout, "canceled", "payout_cancel")


def leave(world: World, payout: Thing) -> None:
    if payout["status"] == "pending":
        world.emit("payout.updated", world.save(payout | {"status": "in_transit"}))


def arrive(world: World, payout: Thing) -> None:
    if payout["status"] not in FINAL:
        world.emit("payout.paid", world.save(payout | {"status": "paid"}))
        world.emit("payout.reconciliation_completed", world.get("payout", payout["id"]))


def fail(world: World, payout: Thing) -> Thing:
    """Let the bank send it back, even after it was said to have arrived.

    :raises Refused: if it failed or was canceled before.
    """
    if payout["status"] in ("failed", "canceled"):
        raise unexpected_state("Payout", payout["status"], "fail")
    told = {"failure_code": "account_closed", "failure_message": "The bank account was closed."}
    return _return(world, payout | told, "failed", "payout_failure")


def _return(world: World, payout: Thing, state: str, kind: str) -> Thing:
    for act in ("payout_leaves", "payout_arrives"):
        world.drop(act, payout)
    moved = money.book(world, kind, payout["amount"], payout)
    ended = world.save(payout | {"status": state, "failure_balance_transaction": moved["id"]})
    world.emit(f"payout.{state}", ended)
    return ended
