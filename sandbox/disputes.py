"""Disputes: a buyer's bank takes a charge back, until somebody has decided.

**Source:** https://docs.stripe.com/disputes; https://docs.stripe.com/payments/pix (a claim of the
bank's, MED, that cannot be contested).
"""

from sandbox import charges, money, rules
from sandbox.errors import Refused, unexpected_state
from sandbox.world import DAY, Thing, World, listed

FEE = 5_500  # centavos; a setting of the sandbox
ANSWER_DAYS, DECISION_DAYS = 7, 30


def open_one(world: World, charge_id: str, *, amount: int | None = None) -> Thing:
    """Let a buyer's bank dispute a charge; a Pix claim is lost at once.

    :raises Refused: if it is disputed already, or did not succeed.
    """
    charge = world.get("charge", charge_id, param="charge")
    if charge["disputed"] or charge["status"] != "succeeded":
        raise Refused("This charge cannot be disputed.", param="charge")
    amount = amount or charges.refundable(world, charge)
    by_bank = charge["payment_method_details"]["type"] != "card"
    dispute = world.create(
        "dispute",
        "dp",
        amount=amount,
        balance_transactions=[],
        charge=charge_id,
        currency="brl",
        enhanced_eligibility_types=[],
        evidence={"enhanced_evidence": {}},
        evidence_details=_details(world),
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    world.save(charge | {"disputed": True})
    world.emit("charge.dispute.created", dispute)
    dispute = _move(world, dispute, -amount, FEE, "charge.dispute.funds_withdrawn")
    return decide(world, dispute, won=False) if by_bank else dispute


def _details(world: World) -> Thing:
    return {
        "due_by": world.now() + ANSWER_DAYS * DAY,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
    }


def _move(world: World, dispute: Thing, amount: int, fee: int, news: str) -> Thing:
    moved = money.book(world, "adjustment", amount, dispute, fee=fee)
    moves = [*dispute["balance_transactions"], moved]
    changed = world.save(dispute | {"balance_transactions": moves})
    world.emit(news, changed)
    return changed


def show(world: World, _sent: Thing, dispute_id: str) -> Thing:
    return world.get("dispute", dispute_id, param="dispute")


def index(world: World, sent: Thing) -> Thing:
    return listed(world.every("dispute"), sent, "/v1/disputes")


def update(world: World, sent: Thing, dispute_id: str) -> Thing:
    """Keep evidence; ``submit`` sends it to the bank, which decides later."""
    dispute = _undecided(world, dispute_id, "update")
    rules.metadata(sent)
    details = dict(dispute["evidence_details"])
    evidence = dispute["evidence"] | sent.get("evidence", {})
    details["has_evidence"] = len(evidence) > 1
    state = dispute["status"]
    if sent.get("submit"):
        details["submission_count"] += 1
        state = "under_review"
    kept = {
        "evidence": evidence,
        "evidence_details": details,
        "metadata": rules.merged(dispute["metadata"], sent.get("metadata")),
        "status": state,
    }
    changed = world.save(dispute | kept)
    world.emit("charge.dispute.updated", changed)
    return changed


def close(world: World, _sent: Thing, dispute_id: str) -> Thing:
    """Give in: the dispute is lost."""
    return decide(world, _undecided(world, dispute_id, "close"), won=False)


def decide(world: World, dispute: Thing, *, won: bool) -> Thing:
    """Let the bank decide.

    :raises Refused: if it has.
    """
    _undecided(world, dispute["id"], "decide")
    decided = world.save(dispute | {"status": "won" if won else "lost"})
    world.emit("charge.dispute.closed", decided)
    if won:
        charge = world.get("charge", dispute["charge"])
        world.save(charge | {"disputed": False})
        decided = _move(world, decided, dispute["amount"], 0, "charge.dispute.funds_reinstated")
    return decided


def _undecided(world: World, dispute_id: str, act: str) -> Thing:
    dispute = world.get("dispute", dispute_id, param="dispute")
    if dispute["status"] in ("won", "lost"):
        raise unexpected_state("Dispute", dispute["status"], act)
    return dispute
