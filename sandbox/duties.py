"""What happens by itself when the sandbox's clock comes there."""

from collections.abc import Callable

from sandbox import deliveries, intents, money, payouts, refunds, sessions
from sandbox.store import Store
from sandbox.world import Thing, World

Duty = Callable[[World, Thing], object]
KEPT_ANSWERS = 24 * 3600


def _lapse(world: World, intent: Thing) -> None:
    intents.lapse(world, intent)
    sessions.hear(world, intent, paid=False)


DUTIES: dict[str, tuple[str, Duty]] = {
    "intent_lapses": ("payment_intent", _lapse),
    "money_at_hand": ("balance_transaction", money.at_hand),
    "payout_arrives": ("payout", payouts.arrive),
    "payout_leaves": ("payout", payouts.leave),
    "refund_failed": ("refund", refunds.fail),
    "refund_succeeded": ("refund", refunds.succeed),
    "session_expires": ("checkout.session", sessions.lapse),
}


def do_due(store: Store, base: str) -> int:
    """Do all that is due, earliest first; return how much that was."""
    done = 0
    while True:
        with store.transaction():
            if (row := store.next_due()) is None:
                break
            kind, duty = DUTIES[row["act"]]
            world = World(store, row["account"], base)
            if thing := world.find(kind, row["subject"]):
                duty(world, thing)
        done += 1
    store.run("DELETE FROM answers WHERE at < ?", store.now() - KEPT_ANSWERS)
    return done


def tick(store: Store, base: str) -> None:
    """Do what is due and send what is waiting."""
    do_due(store, base)
    deliveries.send_due(store)
