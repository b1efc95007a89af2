"""Twenty thousand deliveries of news, shuffled, doubled, dropped and late: the end is always one.

Payments are made, paid, given back, cancelled and left to lapse at the provider, and the house
hears nothing of it. Then the same news is brought again and again, each time by other lots, to a
house that has forgotten the time before; what is dropped is found by the list, what is late comes
after that.
"""

import random
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.online import Attempt, Refund, RefundState
from marketplace.payments.operations import events, refunds
from marketplace.payments.queries.ledger import balance
from marketplace.payments.reading import news_of
from tests import books
from tests.campaigns.scale import POSTGRESQL_IF_BRIEF, scaled
from tests.campaigns.undoing import count_on, undone
from tests.factories.online import make_open
from tests.payments.conftest import bank, pix_here, stripe_here

__all__ = ["bank", "pix_here", "stripe_here"]
DELIVERIES, SEED, EACH_STEP = 20_000, 20_261_126, 20
ENDS = {"succeeded": "paid", "requires_payment_method": "lapsed", "canceled": "cancelled"}
FATES = ("pay", "pay", "back", "back in vain", "cancel", "lapse")
HOUR = timedelta(hours=1)


def make(bank, number):
    """Have a payment end at the provider in its way; of what it gives back the house knows."""
    fate = FATES[number % len(FATES)]
    attempt = make_open(*(1_000 + number, 700)[: 1 + number % 2], group=("test", number))
    if fate == "cancel":
        bank.client.v1.payment_intents.cancel(attempt.intent_id)
    elif fate != "lapse":
        bank.hand("pay", intent=attempt.intent_id)
    if fate.startswith("back"):
        bank.hand("next-refund", fate="succeeded" if fate == "back" else "failed")
        sending.ask_again(attempt.intent_id, now=clock.now())
        refunds.give_back(attempt.parts[0].payment_id, 300 + number, by=HOUSE, now=clock.now())
        queue.work_all(now=clock.now())


def drawn(letters, chance):
    """Return what is brought, in which order, and what of it comes after all else."""
    brought = [letter for letter in letters if chance.random() < 0.7]
    brought += [chance.choice(brought) for _ in range(len(letters) - len(brought))]
    brought += chance.choices(brought, k=2 * len(letters))
    chance.shuffle(brought)
    late = len(brought) // 5
    return brought[late:], brought[:late]


def bring(letters, chance):
    """Bring news and let jobs be done between; after each step every rule of the books holds."""
    for start in range(0, len(letters), EACH_STEP):
        for letter in letters[start : start + EACH_STEP]:
            events.keep(news_of(letter), now=clock.now())
            if chance.random() < 0.4:
                queue.work_once(worker="w", now=clock.now())
        assert broken() == []


def broken():
    rules = books.broken(db.session.connection())
    return sorted(name for name in rules if name.startswith("payments."))


def ended():
    """Return how all stands: attempts, refunds, and how often each kind of entry was written."""
    states = sa.select(Attempt.intent_id, Attempt.state)
    back = sa.select(Refund.provider_id, Refund.state)
    kinds = sa.select(LedgerEntry.kind, sa.func.count()).group_by(LedgerEntry.kind)
    return [dict(db.session.execute(query).all()) for query in (states, back, kinds)]


@POSTGRESQL_IF_BRIEF
def test_news_in_any_order_ends_alike(bank, pix_here, rolled_back):
    for number in range(3 * len(FATES)):
        make(bank, number)
    bank.wait(3 * 24 * 3_600)
    letters = bank.store.every("event")
    intents = {one["id"]: ENDS[one["status"]] for one in bank.store.every("payment_intent")}
    moved = sum(one["net"] for one in bank.store.every("balance_transaction"))
    connection, told = db.engines[None], Counter()
    seed, first = SEED, None
    while told["brought"] < scaled(DELIVERIES):
        seed, chance = seed + 1, random.Random(seed)  # noqa: S311 - lots to draw, no secret
        soon, late = drawn(letters, chance)
        count_on(connection)
        with undone(connection):
            bring(soon, chance)
            jobs.list_news()
            queue.work_all(now=clock.now() + HOUR)
            end = ended()
            bring(late, chance)
            queue.work_all(now=clock.now() + HOUR)

            attempts, back, kinds = end
            assert ended() == end == (first := first or end), seed
            assert {intent: state.value for intent, state in attempts.items()} == intents, seed
            assert balance(AccountName("stripe")) == moved, seed
            assert balance(AccountName("buyer_clearing")) == 0, seed
        told["brought"] += len(soon) + len(late)
        told["dropped"] += len(letters) - len({one["id"] for one in (*soon, *late)})
    assert set(back.values()) == {RefundState.DONE, RefundState.FAILED}
    assert kinds[EntryKind.REFUND_FAILED] == list(back.values()).count(RefundState.FAILED)
    assert min(told["dropped"], len(set(attempts.values()))) > 2
