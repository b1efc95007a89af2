"""Lives of payments drawn by lot: whatever happens in whatever order, the books hold at each step.

Attempts are opened, paid in time or late, given up, cancelled at the provider, refunded in parts;
news comes twice, late, in any order or never; the worker works or does not. At the end all that was
missed is heard, and the house and the provider tell the same.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.models.online import Attempt, AttemptPart, AttemptState
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import attempts, events, refunds
from marketplace.payments.queries.ledger import balance
from marketplace.payments.reading import news_of
from tests.campaigns import books
from tests.campaigns.scale import scaled
from tests.factories.online import make_attempt
from tests.payments.conftest import bank, pix_here, stripe_here

__all__ = ["bank", "pix_here", "stripe_here"]
HOUR = timedelta(hours=1)
LIVES, STEPS, SEED = 200, 50, 20_261_126
ENDS = {"succeeded": "paid", "requires_payment_method": "lapsed", "canceled": "cancelled"}


class Life:
    """One drawn life: the attempts it made, and what may happen next."""

    def __init__(self, bank, seed):
        self.bank, self.chance, self.made = bank, random.Random(seed), 0  # noqa: S311 - lots

    def step(self):
        acts = [self.open, self.pay, self.tell, self.work, self.give_back]
        acts += [self.ask, self.wait, self.give_up, self.cancel_there]
        act = self.chance.choices(acts, weights=[3, 4, 4, 3, 3, 2, 1, 1, 1])[0]
        act()
        return act.__name__

    def open(self):
        amounts = [self.chance.randint(1, 90_000) for _ in range(self.chance.randint(1, 4))]
        self.made += 1
        attempt = make_attempt(*amounts, group=("test", self.made))
        if self.chance.random() < 0.8:  # else the job does it
            sending.open_attempt(attempt.id, now=clock.now())

    def pay(self):
        """In time or long after: the bank takes it as long as the provider's code is not dead."""
        if intent := self._intent("requires_action"):
            self.bank.hand("pay", intent=intent)

    def cancel_there(self):
        if intent := self._intent("requires_action"):
            self.bank.client.v1.payment_intents.cancel(intent)

    def give_up(self):
        live = sa.select(AttemptPart.payment_id).join(Attempt)
        live = live.where(Attempt.state.in_((AttemptState.ASKED, AttemptState.OPEN)))
        if payment_id := self._one(live.order_by(AttemptPart.id)):
            attempts.give_up_for(payment_id, now=clock.now())

    def give_back(self):
        settled = sa.select(Payment.id).where(Payment.state == PaymentState.SETTLED)
        if payment_id := self._one(settled.order_by(Payment.id)):
            there = db.session.scalar(
                sa.select(Payment.amount_cents).where(Payment.id == payment_id)
            )
            cents = self.chance.choice([there, there, self.chance.randint(0, there + 1)])
            try:
                refunds.give_back(payment_id, cents, by=HOUSE, now=clock.now())
            except DomainError:
                assert not 0 < cents <= there

    def ask(self):
        known = sa.select(Attempt.intent_id).where(Attempt.intent_id.is_not(None))
        if intent := self._one(known.order_by(Attempt.id)):
            sending.ask_again(intent, now=clock.now())

    def tell(self):
        """Bring some of all news there is, some of it twice, in any order."""
        letters = self.bank.store.every("event")
        drawn = self.chance.choices(letters, k=min(len(letters), 6)) if letters else []
        for letter in drawn:
            events.keep(news_of(letter), now=clock.now())

    def work(self):
        queue.work_all(now=clock.now())

    def wait(self):
        self.bank.wait(self.chance.choice([60, 3_600]))

    def _intent(self, status):
        every = self.bank.store.every("payment_intent")
        waiting = [one["id"] for one in every if one["status"] == status]
        return self.chance.choice(waiting) if waiting else None

    def _one(self, query):
        found = db.session.scalars(query).all()
        return self.chance.choice(found) if found else None


def broken():
    """Return the rules of the payments that rows break."""
    return sorted(n for n in books.broken(db.session.connection()) if n.startswith("payments."))


@pytest.mark.parametrize("seed", range(SEED, SEED + scaled(LIVES)))
def test_a_life_keeps_the_books(bank, pix_here, rolled_back, seed):
    life, steps = Life(bank, seed), Counter()
    for _ in range(STEPS):
        steps[life.step()] += 1
        assert broken() == [], (seed, steps)

    queue.work_all(now=clock.now() + HOUR)  # what is still to be asked for
    bank.wait(3_600)
    jobs.list_news()
    queue.work_all(now=clock.now() + 2 * HOUR)

    there = {one["id"]: ENDS[one["status"]] for one in bank.store.every("payment_intent")}
    here = dict(db.session.execute(sa.select(Attempt.intent_id, Attempt.state)).all())
    assert {intent: state.value for intent, state in here.items() if intent} == there, seed
    assert broken() == []
    moved = sum(one["net"] for one in bank.store.every("balance_transaction"))
    assert balance(AccountName("stripe")) == moved, seed
    assert (balance(AccountName("buyer_clearing")), balance(AccountName("refund_due"))) == (0, 0)
