"""Lives of payments drawn by lot: whatever happens in whatever order, the books hold at each step.

Attempts are opened, paid in time or late, given up, cancelled at the provider, refunded in parts;
shares are released, paid out by hand or to an account, and come back; the bank answers a batch by
its file, right, odd or twice; a fund gets its parts, pays what was voted and bears debts; news
comes twice, late, in any order or never; the worker works or does not. At the end all that was
missed is heard, and the house and the provider tell the same.
"""

import io
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, papers, queue
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments import jobs, sending
from marketplace.payments.batch_files import has_file
from marketplace.payments.chart import AccountName
from marketplace.payments.connect_reading import thin_news_of
from marketplace.payments.errors import (
    AnotherTakesBack,
    DebtMoved,
    FundTooSmall,
    NothingToPayOut,
    PayoutMoved,
    PayoutOfAnotherAmount,
    RowSeen,
    TransferUnderWay,
)
from marketplace.payments.models.bank_returns import BankReturnRow, Outcome
from marketplace.payments.models.connect import (
    AccountState,
    ConnectedAccount,
    Transfer,
    TransferState,
)
from marketplace.payments.models.debts import Debt, DebtWaiver, WaiverState
from marketplace.payments.models.funds import Fund, FundSpending, SpendingState
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.models.online import Attempt, AttemptPart, AttemptState
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.models.payouts import BatchState, Payout, PayoutBatch, PayoutState
from marketplace.payments.operations import (
    attempts,
    bank_returns,
    calls,
    debts,
    events,
    payouts,
    receiving,
    refunds,
    releasing,
    spendings,
)
from marketplace.payments.operations.debts import Vote
from marketplace.payments.operations.spendings import Wanted
from marketplace.payments.queries.ledger import balance
from marketplace.payments.reading import news_of
from sandbox import money
from sandbox.deliveries import THIN
from tests import books
from tests.campaigns.scale import POSTGRESQL_IF_BRIEF, scaled
from tests.factories.accounts import make_user, saved_change
from tests.factories.bank_returns import bring, make_answer
from tests.factories.connect import make_active
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import MINUTE, make_rate
from tests.factories.online import make_attempt
from tests.factories.payouts import PIX, batch_of
from tests.payments.conftest import bank, connect_here, pix_here, stripe_here

__all__ = ["bank", "connect_here", "pix_here", "stripe_here"]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIVES, STEPS, SEED = 200, 50, 20_261_126
FUND_RATE = 2_000  # hundredths of a percent: the most, so that it can bear something
SAID = ["00", "00", "00", "03", "AG", "AT", "BD", "X9", "00AG", ""]  # by the bank of one payment
ODD = [{"at_15": "3"}, {"at_163": f"{1:015d}"}, {"at_74": f"{999_999:<20}"}]  # of a whole file
PAID_BEFORE = 4  # purchases
_KNOWN = sa.select(Attempt.intent_id).where(Attempt.intent_id.is_not(None)).order_by(Attempt.id)
ENDS = {"succeeded": "paid", "requires_payment_method": "lapsed", "canceled": "cancelled"}


class Life:
    """One drawn life: the attempts it made, and what may happen next.

    Every other one begins when much was paid already, so that payouts and debts come of it.
    """

    def __init__(self, bank, seed):
        self.bank, self.chance, self.made = bank, random.Random(seed), 0  # noqa: S311 - lots
        self.preparer, self.approver = (
            Person(make_user().id, roles=frozenset({"house"})) for _ in range(2)
        )
        self.files, self.minute = [], papers.take_in(io.BytesIO(MINUTE))
        make_rate(make_enterprise(), FUND_RATE)
        for _ in range(PAID_BEFORE * (seed % 2)):
            self.open()
            self.pay()
            self.ask_all()
        self.release()

    def ask_all(self):
        for intent in db.session.scalars(_KNOWN).all():
            sending.ask_again(intent, now=clock.now())

    def step(self):
        acts = [self.open, self.pay, self.tell, self.work, self.give_back]
        acts += [self.ask, self.wait, self.give_up, self.cancel_there]
        acts += [self.release, self.pay_out, self.hear_of_payout, self.vary]
        acts += [self.hear_of_file, self.look, self.vote, self.spend]
        weights = [3, 4, 4, 3, 3, 2, 1, 1, 1, 4, 7, 4, 1, 5, 2, 5, 1]
        act = self.chance.choices(acts, weights=weights)[0]
        act()
        return act.__name__

    def open(self):
        amounts = [self.chance.randint(1, 90_000) for _ in range(self.chance.randint(1, 4))]
        self.made += 1
        attempt = make_attempt(*amounts, group=("test", self.made))
        for part in attempt.parts:  # nearly all have a key
            key = PIX if self.chance.random() < 0.9 else {}
            enterprise = db.session.get_one(Enterprise, part.enterprise_id)
            saved_change(enterprise, **key)
            if self.chance.random() < 0.5:  # and many an account
                make_active(self.bank, enterprise)
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

    def give_back(self, *which):
        settled = sa.select(Payment.id).where(Payment.state == PaymentState.SETTLED, *which)
        if payment_id := self._one(settled.order_by(Payment.id)):
            there = db.session.scalar(
                sa.select(Payment.amount_cents).where(Payment.id == payment_id)
            )
            cents = self.chance.choice([there, there, self.chance.randint(0, there + 1)])
            try:
                refunds.give_back(payment_id, cents, by=HOUSE, now=clock.now())
            except DomainError:
                assert not 0 < cents <= there

    def hand_over(self):
        """Some of what waits for it, days ago: not all of it may be released."""
        waiting = sa.select(Payment.id).where(
            Payment.state == PaymentState.SETTLED, Payment.fulfilled_at.is_(None)
        )
        for payment_id in db.session.scalars(waiting.order_by(Payment.id)).all():
            if self.chance.random() < 0.7:
                long_ago = clock.now() - self.chance.choice([6, 7, 8]) * DAY
                releasing.note_fulfilled(payment_id, by=HOUSE, now=long_ago)

    def release(self):
        self.hand_over()
        releasing.release_due(by=HOUSE, now=clock.now())

    def pay_out(self):
        """Prepare, approve or let go, in any Division where an enterprise has something."""
        waiting = sa.select(PayoutBatch.id).where(PayoutBatch.state == BatchState.PREPARED)
        there = sa.select(Enterprise.division_id).join(LedgerAccount)
        there = there.where(LedgerAccount.code.like("payable:%"), LedgerAccount.balance_cents < 0)
        now = {"now": clock.now()}
        if batch_id := self._one(waiting.order_by(PayoutBatch.id)):
            act = self.chance.choice([payouts.approve_batch] * 3 + [payouts.discard_batch])
            act(batch_id, by=self.approver, **now)
        elif division_id := self._one(there.order_by(Enterprise.id)):
            with suppress(NothingToPayOut):
                payouts.prepare_batch(division_id, by=self.preparer, **now)

    def hear_of_payout(self):
        ended = (PayoutState.APPROVED, PayoutState.CONFIRMED)
        ordered = sa.select(Payout.id).where(Payout.state.in_(ended)).order_by(Payout.id)
        if payout_id := self._one(ordered):
            payout = db.session.get_one(Payout, payout_id, populate_existing=True)
            told = {"by": self.chance.choice([self.preparer, self.approver]), "now": clock.now()}
            cents = payout.amount_cents + self.chance.choice([0, 0, 1])
            with suppress(PayoutMoved, PayoutOfAnotherAmount, AnotherTakesBack, TransferUnderWay):
                if self.chance.random() < 0.7:
                    payouts.confirm_payout(payout_id, amount_cents=cents, proof="E1", **told)
                else:
                    payouts.return_payout(payout_id, reason="Conta encerrada", **told)

    def hear_of_file(self):
        """Bring what the bank says of a batch, or of one before; without any, see to one."""
        ordered = sa.select(PayoutBatch.id).where(PayoutBatch.state == BatchState.APPROVED)
        batch_id = self._one(ordered.order_by(PayoutBatch.id))
        if batch_id and has_file(batch := batch_of(batch_id)):
            said = {payout.id: self.chance.choice(SAID) for payout in batch.payouts}
            odd = self.chance.choice(ODD) if self.chance.random() < 0.3 else {}
            self.files.append((batch_id, make_answer(batch, said, **odd)))
        if self.files:
            drawn = self.files[-1] if self.chance.random() < 0.7 else self.chance.choice(self.files)
            by = self.chance.choice([self.preparer, self.approver])
            bring(batch_of(drawn[0]), drawn[1], by)
        else:
            self.release()
            self.pay_out()

    def look(self):
        """Note what was done about a row of such a file, though somebody did before."""
        for_people = (Outcome.OPEN, Outcome.SEEN)
        rows = sa.select(BankReturnRow.id).where(BankReturnRow.outcome.in_(for_people))
        if row_id := self._one(rows.order_by(BankReturnRow.id)):
            with suppress(RowSeen):
                told = {"note": "Falei com o banco", "by": self.approver, "now": clock.now()}
                bank_returns.note_seen(row_id, **told)

    def vote(self):
        """Ask that a fund, or the house, bear a debt; or let another grant it, or let it stand.

        Without any, give something back that was released, and so may have been paid out.
        """
        asked = sa.select(DebtWaiver.id).where(DebtWaiver.state == WaiverState.ASKED)
        owed = sa.select(Debt.id).where(Debt.closed_at.is_(None)).order_by(Debt.id)
        now = {"now": clock.now()}
        with suppress(DebtMoved, FundTooSmall):
            if waiver_id := self._one(asked.order_by(DebtWaiver.id)):
                act = self.chance.choice([debts.grant_waiver] * 3 + [debts.drop_waiver])
                act(waiver_id, by=self.approver, **now)
            elif debt_id := self._one(owed):
                vote = self.chance.choice([Vote("Ata 12", self.minute)] * 3 + [None])
                told = {"reason": "Enchente", "vote": vote, "by": self.preparer}
                debts.ask_waiver(debt_id, **told, **now)
            else:
                self.give_back(Payment.released_at.is_not(None))

    def spend(self):
        """Ask for a part of a fund, or let another see it paid, or let it go."""
        asked = sa.select(FundSpending.id).where(FundSpending.state == SpendingState.ASKED)
        by, now = {"by": self.approver}, {"now": clock.now()}
        with suppress(FundTooSmall):
            if spending_id := self._one(asked.order_by(FundSpending.id)):
                if self.chance.random() < 0.7:
                    spendings.confirm_spending(spending_id, proof="E2", **by, **now)
                else:
                    spendings.drop_spending(spending_id, **by, **now)
            elif division_id := self._one(sa.select(Fund.division_id)):
                cents = self.chance.randint(1, 9_000)
                wanted = Wanted(cents, "Conserto da barraca", "Ata 7", self.minute)
                spendings.ask_spending(division_id, wanted, by=self.preparer, **now)

    def vary(self):
        """Let the provider think otherwise of an account, or its group give it up."""
        live = sa.select(ConnectedAccount.id).where(ConnectedAccount.state == AccountState.OPEN)
        if account_id := self._one(live.order_by(ConnectedAccount.id)):
            account = db.session.get_one(ConnectedAccount, account_id)
            word = self.chance.choice(["active", "active", "restricted", ""])
            if word:
                self.bank.hand("capability", account=account.provider_id, state=word)
            else:
                by = {"by": self.preparer, "now": clock.now()}
                receiving.retire_account(account.enterprise_id, **by)

    def ask(self):
        if intent := self._one(_KNOWN):
            sending.ask_again(intent, now=clock.now())

    def tell(self):
        """Bring some of all news there is, some of it twice, in any order."""
        letters = self.bank.store.every("event")
        drawn = self.chance.choices(letters, k=min(len(letters), 6)) if letters else []
        for letter in drawn:
            events.keep(news_of(letter), now=clock.now())
        thin = self.bank.store.every(THIN)
        for letter in self.chance.choices(thin, k=min(len(thin), 2)) if thin else []:
            events.keep(thin_news_of(letter), door=events.NAMES, now=clock.now())

    def work(self):
        queue.work_all(now=clock.now())
        if self.chance.random() < 0.5:
            jobs.send_waiting()

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


@POSTGRESQL_IF_BRIEF
@pytest.mark.parametrize("seed", range(SEED, SEED + scaled(LIVES)))
def test_a_life_keeps_the_books(bank, connect_here, rolled_back, monkeypatch, seed):
    monkeypatch.setitem(money.DAYS, "pix", 0)  # so that it can be sent on
    monkeypatch.setattr(calls, "REST", timedelta(0))
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
    sent = sorted(one["amount"] for one in bank.store.every("transfer"))
    kept = sa.select(Transfer.amount_cents).where(Transfer.state == TransferState.SENT)
    assert sorted(db.session.scalars(kept)) == sent, seed
    assert (balance(AccountName("buyer_clearing")), balance(AccountName("refund_due"))) == (0, 0)
