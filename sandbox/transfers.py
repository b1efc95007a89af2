"""Transfers to connected accounts, and what is taken back of them.

**Source:** https://docs.stripe.com/connect/separate-charges-and-transfers;
https://docs.stripe.com/api/transfer_reversals.
"""

from sandbox import accounts, money, rules
from sandbox.errors import Refused
from sandbox.world import Thing, World, listed


def create(world: World, sent: Thing) -> Thing:
    rules.one_currency(sent)
    rules.metadata(sent)
    if "amount" not in sent or sent["amount"] < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    accounts.refuse_transfers(world, sent["destination"])
    at, source = world.now(), sent.get("source_transaction")
    if source:
        at = _within_charge(world, source, sent["amount"])
    else:
        money.refuse_more_than_there_is(world, sent["amount"])
    transfer = world.create(
        "transfer",
        "tr",
        amount=sent["amount"],
        amount_reversed=0,
        balance_transaction=None,
        currency="brl",
        description=sent.get("description"),
        destination=sent["destination"],
        metadata=rules.merged({}, sent.get("metadata")),
        reversed=False,
        source_transaction=source,
        source_type="card",
        transfer_group=sent.get("transfer_group"),
    )
    moved = money.book(world, "transfer", -sent["amount"], transfer, at=at)
    money.book(world.of(sent["destination"]), "payment", sent["amount"], transfer, at=at)
    world.save(transfer | {"balance_transaction": moved["id"]})
    world.emit("transfer.created", kept := told(world, transfer["id"]))
    return kept


def _within_charge(world: World, charge_id: str, amount: int) -> int:
    """Return when the charge's money is at hand.

    :raises Refused: if the transfers of a charge would come to more than it.
    """
    charge = world.get("charge", charge_id, param="source_transaction")
    if charge["status"] != "succeeded":
        raise Refused("The charge did not succeed.", param="source_transaction")
    same = [t for t in world.every("transfer") if t["source_transaction"] == charge_id]
    if sum(t["amount"] for t in same) + amount > charge["amount"]:
        raise Refused("Transfers exceed the source amount.", param="amount")
    moved = world.get("balance_transaction", charge["balance_transaction"])
    return int(moved["available_on"])


def show(world: World, _sent: Thing, transfer_id: str) -> Thing:
    return told(world, transfer_id)


def index(world: World, sent: Thing) -> Thing:
    found = [told(world, one["id"]) for one in world.every("transfer")]
    return listed(found, sent, "/v1/transfers")


def reverse(world: World, sent: Thing, transfer_id: str) -> Thing:
    """Take back all that is left of a transfer, or so much of it.

    :raises Refused: for more than is left, or more than the connected account has.
    """
    transfer = world.get("transfer", transfer_id, param="transfer")
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = sent.get("amount", left)
    if not 1 <= amount <= left:
        raise Refused(f"Only {left} can be reversed.", param="amount")
    connected = world.of(transfer["destination"])
    sums = money.totals(connected)
    if sums["available"] + sums["pending"] < amount:
        said = "The connected account's balance does not cover this."
        raise Refused(said, code="balance_insufficient", param="amount")
    return _take_back(world, transfer, amount, sent)


def _take_back(world: World, transfer: Thing, amount: int, sent: Thing) -> Thing:
    reversal = world.create(
        "transfer_reversal",
        "trr",
        amount=amount,
        balance_transaction=None,
        currency="brl",
        destination_payment_refund=None,
        metadata=rules.merged({}, sent.get("metadata")),
        source_refund=None,
        transfer=transfer["id"],
    )
    moved = money.book(world, "transfer_refund", amount, reversal)
    money.book(world.of(transfer["destination"]), "payment_refund", -amount, transfer)
    reversal = world.save(reversal | {"balance_transaction": moved["id"]})
    taken = transfer["amount_reversed"] + amount
    world.save(transfer | {"amount_reversed": taken, "reversed": taken == transfer["amount"]})
    world.emit("transfer.reversed", told(world, transfer["id"]))
    world.emit("transfer.updated", told(world, transfer["id"]))
    return reversal


def reversals(world: World, sent: Thing, transfer_id: str) -> Thing:
    world.get("transfer", transfer_id, param="transfer")
    return listed(_reversals_of(world, transfer_id), sent, f"/v1/transfers/{transfer_id}/reversals")


def show_reversal(world: World, _sent: Thing, transfer_id: str, reversal_id: str) -> Thing:
    world.get("transfer", transfer_id, param="transfer")
    return world.get("transfer_reversal", reversal_id)


def told(world: World, transfer_id: str) -> Thing:
    """Return a transfer with what was taken back of it."""
    transfer = world.get("transfer", transfer_id, param="transfer")
    return transfer | {
        "reversals": listed(
            _reversals_of(world, transfer_id), {}, f"/v1/transfers/{transfer_id}/reversals"
        )
    }


def _reversals_of(world: World, transfer_id: str) -> list[Thing]:
    return [one for one in world.every("transfer_reversal") if one["transfer"] == transfer_id]
