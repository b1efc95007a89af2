"""What each account has at the provider: every movement is a balance transaction.

The fees and the days until money is at hand are settings of the sandbox, not the provider's word:
what an account really pays stands in its contract.

**Source:** https://docs.stripe.com/api/balance_transactions/object; https://docs.stripe.com/payments/pix
and https://docs.stripe.com/payments/boleto for the days.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.errors import Refused
from sandbox.world import DAY, Thing, World, listed

FEES = {"card": (399, 39), "pix": (119, 0), "boleto": (0, 345)}  # of 10,000, and centavos
DAYS = {"card": 30, "pix": 2, "boleto": 2}  # the last two count business days
CATEGORIES = {"payment": "charge", "payment_refund": "refund", "payout_failure": "payout_reversal"}


def fee_of(method: str, amount: int) -> int:
    """Return the fee in centavos; half a centavo goes up."""
    share, fixed = FEES[method]
    return (amount * share + 5_000) // 10_000 + fixed


def available_on(world: World, method: str) -> int:
    now = world.now()
    if method == "card":
        return now + DAYS["card"] * DAY
    return int(_business_days_later(now, DAYS[method]).timestamp())


def _business_days_later(now: int, days: int) -> datetime:
    day: date = datetime.fromtimestamp(now, UTC).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def book(
    world: World, kind: str, amount: int, source: Thing, *, fee: int = 0, at: int | None = None
) -> Thing:
    """Write a movement of so many centavos, at hand from ``at`` on (now unless told)."""
    at = world.now() if at is None else at
    fees = [{"amount": fee, "currency": "brl", "type": "stripe_fee"}] if fee else []
    moved = world.create(
        "balance_transaction",
        "txn",
        amount=amount,
        available_on=at,
        balance_type="payments",
        currency="brl",
        description=None,
        exchange_rate=None,
        fee=fee,
        fee_details=[one | {"application": None, "description": "Fee"} for one in fees],
        net=amount - fee,
        reporting_category=CATEGORIES.get(kind, kind),
        source=source["id"],
        status="available" if at <= world.now() else "pending",
        type=kind,
    )
    if moved["status"] == "pending":
        world.plan("money_at_hand", moved, at=at)
    return moved


def at_hand(world: World, moved: Thing) -> None:
    """Let a movement's money be at hand; the balance's news is sent once for each."""
    world.save(moved | {"status": "available"})
    world.emit("balance.available", balance(world))


def totals(world: World) -> dict[str, int]:
    found = {"available": 0, "pending": 0}
    for moved in world.every("balance_transaction"):
        found[moved["status"]] += moved["net"]
    return found


def balance(world: World) -> Thing:
    sums = totals(world)
    told = {
        name: [{"amount": sum_, "currency": "brl", "source_types": {"card": sum_}}]
        for name, sum_ in sums.items()
    }
    return {"object": "balance", "livemode": False, **told}


def show_balance(world: World, _sent: Thing) -> Thing:
    return balance(world)


def show_settings(world: World, _sent: Thing) -> Thing:
    usual: Any = {
        "debit_negative_balances": False,
        "payouts": None,
        "settlement_timing": {"delay_days": 2},
    }
    kept = world.store.setting(f"balance_settings:{world.account}", usual)
    return {"object": "balance_settings", "payments": kept}


def change_settings(world: World, sent: Thing) -> Thing:
    kept = show_settings(world, {})["payments"] | sent.get("payments", {})
    world.store.set(f"balance_settings:{world.account}", kept)
    return show_settings(world, {})


def refuse_more_than_there_is(world: World, amount: int) -> None:
    """Refuse to spend what is not at hand.

    :raises Refused: with `balance_insufficient`.
    """
    if totals(world)["available"] < amount:
        raise Refused("You have insufficient available funds.", code="balance_insufficient")


def show(world: World, _sent: Thing, movement_id: str) -> Thing:
    return world.get("balance_transaction", movement_id)


def index(world: World, sent: Thing) -> Thing:
    """List movements; those of one payout are all that it took, itself included."""
    wanted = dict(sent)
    if payout := wanted.pop("payout", None):
        wanted["source"] = payout
    return listed(world.every("balance_transaction"), wanted, "/v1/balance_transactions")
