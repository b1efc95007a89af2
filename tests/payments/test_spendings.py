"""What is paid out of a fund (P26): asked by one, confirmed by another; and its debts."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import jobs, postings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    AmountWrong,
    AnotherConfirmsUse,
    AnotherTakesUseBack,
    FundTooSmall,
    MinuteMissing,
    UseMoved,
    WordsMissing,
)
from marketplace.payments.models.funds import FundSpending, SpendingState
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.operations import ledger, refunds, spendings
from marketplace.payments.operations.spendings import Wanted
from marketplace.payments.queries import spendings as known
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import finance, make_fund, make_spending
from tests.payments.test_funds import pay


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def enterprise():
    return make_enterprise()


def person(enterprise):
    return finance(enterprise.division_id)


def again(spending_id):
    return db.session.get_one(FundSpending, spending_id, populate_existing=True)


def confirm(spending_id, by, proof="E1"):
    spendings.confirm_spending(spending_id, proof=proof, by=by, now=clock.now())


def stands(fund_id):
    """Return what is in a fund, what it owes, and what left the bank."""
    fund, debt = (balance(AccountName(base, fund_id)) for base in ("fund", "fund_debt"))
    return (-fund, debt, -balance(AccountName("bank")))


class TestSpend:
    def test_the_same_is_asked_for_twice_where_there_is_enough(self, enterprise):
        first, then = (make_spending(enterprise, 1_000) for _ in range(2))

        assert first != then
        assert known.free_cents(again(first).fund_id) == 10_000 - 2_000

    def test_p26_is_entered_once_another_person_has_seen_it_paid(self, enterprise):
        spending_id = make_spending(enterprise)
        spending = again(spending_id)
        assert stands(spending.fund_id) == (5_000, 0, 0)

        confirm(spending_id, by := person(enterprise))

        assert stands(spending.fund_id) == (2_000, 0, 3_000)
        told = again(spending_id)
        assert (told.state, told.proof, told.confirmed_by_id) == (
            *(SpendingState.CONFIRMED, "E1", by.id),
        )
        with pytest.raises(UseMoved):
            confirm(spending_id, person(enterprise))

    def test_p26_can_be_taken_back_by_another_than_who_confirmed_it(self, enterprise):
        spending_id = make_spending(enterprise)
        confirm(spending_id, by := person(enterprise))
        back = {"reason": "Conta encerrada", "now": clock.now()}
        with pytest.raises(AnotherTakesUseBack):
            spendings.return_spending(spending_id, by=by, **back)

        spendings.return_spending(spending_id, by=person(enterprise), **back)

        assert stands(again(spending_id).fund_id) == (5_000, 0, 0)
        assert again(spending_id).state is SpendingState.RETURNED

    def test_can_be_let_go_and_is_free_again(self, enterprise):
        spending_id = make_spending(enterprise)
        fund_id = again(spending_id).fund_id
        assert known.free_cents(fund_id) == 2_000

        spendings.drop_spending(spending_id, by=person(enterprise), now=clock.now())

        assert known.free_cents(fund_id) == 5_000
        with pytest.raises(UseMoved):
            spendings.drop_spending(spending_id, by=person(enterprise), now=clock.now())


class TestRefuses:
    def ask(self, enterprise, cents=100, by=None, **facts):
        told = {"purpose": "Feira", "minute": "Ata 8", "file": "pdf-1"} | facts
        wanted, by = Wanted(cents, **told), by or person(enterprise)
        return spendings.ask_spending(enterprise.division_id, wanted, by=by, now=clock.now())

    def test_the_person_who_asked_to_confirm(self, enterprise):
        make_fund(enterprise)
        spending_id = self.ask(enterprise, by=(by := person(enterprise)))
        with pytest.raises(AnotherConfirmsUse):
            confirm(spending_id, by)

    @pytest.mark.parametrize("lacks", ["purpose", "minute", "file"])
    def test_what_lacks_its_vote(self, enterprise, lacks):
        make_fund(enterprise)
        with pytest.raises(MinuteMissing):
            self.ask(enterprise, **{lacks: ""})

    def test_nothing_and_more_than_is_left(self, enterprise):
        make_spending(enterprise, 3_000)
        with pytest.raises(AmountWrong):
            self.ask(enterprise, 0)
        with pytest.raises(FundTooSmall):
            self.ask(enterprise, 2_001)
        self.ask(enterprise, 2_000)

    def test_to_confirm_what_went_back_to_a_buyer_meanwhile(self, enterprise):
        spending_id = make_spending(enterprise)
        fund_id = again(spending_id).fund_id
        gone = postings.pair_of(
            EntryKind.CORRECTION, ("fund", fund_id), ("pending", enterprise.id), 2_001
        )
        ledger.post(gone, ("test", 1), by=HOUSE, now=clock.now())
        with pytest.raises(FundTooSmall):
            confirm(spending_id, person(enterprise))

    def test_no_proof(self, enterprise):
        spending_id = make_spending(enterprise)
        with pytest.raises(WordsMissing):
            confirm(spending_id, person(enterprise), proof=" ")

    @pytest.mark.parametrize("role", ["head", "council", "articulation"])
    def test_who_does_not_pay_there(self, enterprise, role):
        spending_id = make_spending(enterprise)
        here = frozenset({enterprise.division_id})
        other = Person(make_user().id, roles=frozenset({role}), divisions=here)
        for by in (other, finance(enterprise.division_id + 1)):
            with pytest.raises(NotFound):
                confirm(spending_id, by)
            with pytest.raises(NotFound):
                self.ask(enterprise, by=by)


@pytest.mark.usefixtures("pix_here")
class TestFundDebt:
    """Decision: a refund after the fund was spent is a debt of the fund, no balance below zero."""

    @pytest.fixture
    def spent(self, bank, enterprise):
        """Have a fund get 1,00 of a sale and 50,00 of others, and spend all but 0,30."""
        fund_id = make_fund(enterprise)
        payment_id = pay(bank, (enterprise, 10_000)).parts[0].payment_id
        wanted = Wanted(5_070, "Semente", "Ata 9", "pdf-2")
        asked = spendings.ask_spending(
            enterprise.division_id, wanted, by=person(enterprise), now=clock.now()
        )
        confirm(asked, person(enterprise))
        return fund_id, payment_id, asked

    @pytest.mark.scenario(40)
    def test_what_the_fund_lacks_for_a_refund_it_owes(self, spent, enterprise):
        fund_id, payment_id, _asked = spent

        refunds.give_back(payment_id, 10_000, by=HOUSE, now=clock.now())

        assert stands(fund_id) == (0, 70, 5_070)
        assert balance(AccountName("refund_due")) == -10_000
        assert known.debt_of(enterprise.division_id) == 70

    def test_what_comes_in_pays_it_first(self, bank, spent, enterprise):
        fund_id, payment_id, _asked = spent
        refunds.give_back(payment_id, 10_000, by=HOUSE, now=clock.now())

        pay(bank, (enterprise, 5_000))
        assert stands(fund_id) == (0, 20, 5_070)
        pay(bank, (enterprise, 5_000))
        assert stands(fund_id) == (30, 0, 5_070)

    def test_what_comes_back_of_a_use_pays_it_first(self, spent, enterprise):
        fund_id, payment_id, asked = spent
        refunds.give_back(payment_id, 10_000, by=HOUSE, now=clock.now())
        told = {"reason": "Conta encerrada", "by": person(enterprise), "now": clock.now()}

        spendings.return_spending(asked, **told)

        assert stands(fund_id) == (5_000, 0, 0)

    def test_what_it_lacks_for_a_lost_dispute_it_owes(self, bank, spent):
        from marketplace.core import queue
        from marketplace.payments.models.online import Attempt

        fund_id, _payment_id, _asked = spent
        charge = db.session.scalars(sa.select(Attempt.charge_id)).one()
        bank.hand("dispute", charge=charge)
        jobs.list_news()
        queue.work_all(now=clock.now())

        assert stands(fund_id) == (0, 70, 5_070)


class TestRules:
    def test_a_use_that_the_books_do_not_have(self, enterprise):
        spending_id = make_spending(enterprise)
        _change(
            "UPDATE fund_spendings SET state = 'confirmed', proof = 'x', confirmed_at = asked_at,"
            " confirmed_by_id = (SELECT max(id) FROM users WHERE id <> asked_by_id)"
        )

        assert list(books.faults("payments.")) == ["payments.each_use_of_a_fund_is_in_the_books"]
        confirmed = again(spending_id)
        spent = postings.fund_spent(confirmed.fund_id, confirmed.amount_cents)
        ledger.post(spent, (spendings.SOURCE, spending_id), by=HOUSE, now=clock.now())


@operation
def _change(statement):
    db.session.execute(sa.text(statement))
