"""News in any order, twice, late or never: the end is what the provider says it is."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.models.online import Attempt
from marketplace.payments.operations import events, refunds
from marketplace.payments.queries.ledger import balance
from marketplace.payments.reading import news_of
from tests import books
from tests.factories.online import make_open

ENDS = {"succeeded": "paid", "requires_payment_method": "lapsed", "canceled": "cancelled"}


def tell_some(store, chance):
    """Bring a third of all news never and a third twice, in any order, doing jobs between."""
    letters = store.every("event") * 2
    chance.shuffle(letters)
    for letter in letters[: len(letters) * 2 // 3]:
        events.keep(news_of(letter), now=clock.now())
        if chance.random() < 0.3:
            queue.work_once(worker="w", now=clock.now())


@pytest.mark.parametrize("seed", range(4))
def test_ends_alike(bank, pix_here, seed):
    chance = random.Random(seed)  # noqa: S311 - lots to draw, no secret
    made = [make_open(1_000 + number, group=("test", number)) for number in range(8)]
    for number, attempt in enumerate(made):
        if number % 4 == 0:
            tell_some(bank.store, chance)
        fate = chance.choice(["pay", "pay", "cancel", "lapse"])
        if fate == "pay":
            bank.hand("pay", intent=attempt.intent_id)
        elif fate == "cancel":
            bank.client.v1.payment_intents.cancel(attempt.intent_id)
        if fate == "pay" and chance.random() < 0.5:
            sending.ask_again(attempt.intent_id, now=clock.now())
            refunds.give_back(attempt.parts[0].payment_id, 400, by=HOUSE, now=clock.now())
    bank.wait(3600)
    tell_some(bank.store, chance)

    jobs.list_news()  # what never came
    queue.work_all(now=clock.now())

    there = {one["id"]: ENDS[one["status"]] for one in bank.store.every("payment_intent")}
    here = dict(db.session.execute(sa.select(Attempt.intent_id, Attempt.state)).all())
    assert {intent_id: state.value for intent_id, state in here.items()} == there
    assert len(Counter(there.values())) > 1
    assert books.faults("payments.") == {}
    moved = sum(one["net"] for one in bank.store.every("balance_transaction"))
    assert balance(AccountName("stripe")) == moved
    assert (balance(AccountName("buyer_clearing")), balance(AccountName("refund_due"))) == (0, 0)
