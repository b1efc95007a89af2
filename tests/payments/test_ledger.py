import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.core import guards, invariants
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import postings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import NothingToPost, WrongSide
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import direct, ledger
from marketplace.payments.operations import payments as operations
from marketplace.payments.postings import Posting
from marketplace.payments.queries.ledger import balance, entries_about
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

BY = {"by": HOUSE, "now": NOW}
INSERT_LINE = (
    "INSERT INTO ledger_lines (entry_id, account_id, amount_cents)"
    " SELECT :entry, min(id), 5 FROM ledger_accounts"
)
BANK, STRIPE = AccountName("bank"), AccountName("stripe")


@pytest.fixture
def mara():
    return make_enterprise().id


@operation
def run(statement, **values):
    db.session.execute(sa.text(statement), values)


def post(posting, number=1):
    return ledger.post(posting, ("test", number), **BY)


def broken():
    return [rule for rule in invariants.broken() if rule.startswith("payments.")]


class TestPost:
    def test_moves_the_balances(self, mara):
        post(postings.payment_succeeded({mara: 5000}))
        post(postings.fee_shared({mara: 200}))

        pending, clearing = AccountName("pending", mara), AccountName("buyer_clearing")
        assert (balance(pending), balance(clearing)) == (-4800, 5000)
        assert not broken()

    def test_says_who_did_it_about_what(self, mara):
        entry_id = post(postings.payment_succeeded({mara: 5000}))

        entry = entries_about("test", 1)[0]
        assert (entry.id, entry.kind) == (entry_id, EntryKind.PAYMENT_SUCCEEDED)
        audited = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc())).first()
        assert audited.notes[-1]["kind"] == "ledger_posted"

    def test_writes_each_thing_once(self, mara):
        post(postings.payment_succeeded({mara: 5000}))

        with pytest.raises(IntegrityError):
            post(postings.payment_succeeded({mara: 5000}))
        assert balance(AccountName("pending", mara)) == -5000

    def test_refuses_what_an_account_does_not_have(self, mara):
        post(postings.payment_succeeded({mara: 5000}))

        with pytest.raises(WrongSide):
            post(postings.share_released(mara, 5001))
        assert balance(AccountName("payable", mara)) == 0

    def test_refuses_to_move_nothing(self):
        with pytest.raises(NothingToPost):
            post(postings.refund_sent(0))

    def test_refuses_what_does_not_balance(self):
        with pytest.raises(IntegrityError, match="must balance"):
            post(Posting(EntryKind.CORRECTION, {BANK: 100, STRIPE: -99}))

    def test_refuses_a_single_line(self):
        with pytest.raises(IntegrityError, match="must balance"):
            post(Posting(EntryKind.CORRECTION, {BANK: 100}))


class TestReverse:
    def test_takes_an_entry_back_once(self):
        entry_id = post(postings.provider_settled(5000, 199))

        ledger.reverse(entry_id, **BY)

        assert balance(STRIPE) == 0
        with pytest.raises(IntegrityError):
            ledger.reverse(entry_id, **BY)

    def test_refuses_when_the_money_is_gone(self, mara):
        entry_id = post(postings.payment_succeeded({mara: 5000}))
        post(postings.share_released(mara, 1))

        with pytest.raises(WrongSide):
            ledger.reverse(entry_id, **BY)


class TestTables:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_lines SET amount_cents = amount_cents + 1",
            "DELETE FROM ledger_lines",
            "UPDATE ledger_entries SET source_id = 9",
            "DELETE FROM ledger_entries",
        ],
    )
    def test_are_written_once(self, mara, statement):
        post(postings.payment_succeeded({mara: 5000}))

        with pytest.raises(IntegrityError, match="append-only"):
            run(statement)

    def test_let_no_line_into_a_closed_entry(self, mara):
        entry_id = post(postings.payment_succeeded({mara: 5000}))

        with pytest.raises(IntegrityError, match="closed"):
            run(INSERT_LINE, entry=entry_id)

    def test_let_no_balance_stand_on_the_wrong_side(self, mara):
        post(postings.payment_succeeded({mara: 5000}))

        with pytest.raises(IntegrityError, match="right_side"):
            run("UPDATE ledger_accounts SET balance_cents = 1 WHERE side = 'credit'")


class TestDirectSales:
    def test_are_told_when_paid_and_taken_back_when_given_back(self, mara):
        payment = paid(mara)
        received = AccountName("direct_received", mara)
        assert (balance(received), broken()) == (2500, [])

        operations.owe_refund(payment, **BY)
        assert (balance(received), broken()) == (2500, [])
        operations.confirm_refund(payment, **BY)

        assert (balance(received), broken()) == (0, [])

    def test_are_not_what_goes_through_the_provider(self, mara):
        payment = paid(mara, Method.CARD)

        assert entries_about("payment", payment) == []
        assert broken() == ["payments.settled_online_is_what_is_left_of_it"]  # came from nowhere

    @pytest.mark.parametrize(
        ("state", "entries", "told"),
        [("due", 0, 0), ("settled", 1, 2500), ("refund_due", 1, 2500), ("refunded", 2, 0)],
    )
    def test_are_caught_up_with_after_an_older_version(self, mara, state, entries, told):
        payment = older(mara, state)

        assert direct.catch_up(payment, **BY) == entries

        assert (balance(AccountName("direct_received", mara)), broken()) == (told, [])
        assert direct.catch_up(payment, **BY) == 0


class TestInvariants:
    def test_find_a_balance_that_its_lines_do_not_make(self, mara):
        post(postings.payment_succeeded({mara: 5000}))
        run("UPDATE ledger_accounts SET balance_cents = balance_cents - 1 WHERE code LIKE 'pend%'")

        assert broken() == ["payments.balances_are_sums_of_lines"]

    def test_find_a_direct_payment_that_is_not_in_the_books(self, mara):
        older(mara, "settled")

        assert broken() == [
            "payments.direct_sales_are_entered",
            "payments.direct_sales_are_what_was_paid",
        ]

    def test_find_a_memo_that_met_real_money(self, mara):
        memo = AccountName("direct_received", mara)
        post(Posting(EntryKind.CORRECTION, {memo: 100, BANK: -100}))

        assert "payments.memo_stays_apart" in broken()

    def test_find_an_entry_out_of_balance(self, mara):
        post(postings.payment_succeeded({mara: 5000}))
        tear("ledger_lines", "UPDATE ledger_lines SET amount_cents = 1 WHERE amount_cents > 0")

        assert "payments.entries_balance" in broken()


class TestCommands:
    def test_show_the_books(self, app, mara):
        paid(mara)

        shown = app.test_cli_runner().invoke(args=["ledger", "balances"]).output

        assert f"direct_received:{mara}" in shown
        assert shown.splitlines()[-1].startswith("sum: R$")

    def test_catch_up(self, app, mara):
        older(mara, "settled")

        shown = app.test_cli_runner().invoke(args=["ledger", "catch-up"]).output

        assert shown == "1 entr(ies) made for 1 payment(s)\n"
        assert not broken()


def asked(enterprise_id, method=Method.CASH):
    facts = {"enterprise_id": enterprise_id, "amount_cents": 2500, "method": method}
    return operations.request_payment("course", 1, **facts, **BY).id


def paid(enterprise_id, method=Method.CASH):
    payment = asked(enterprise_id, method)
    operations.settle_payment(payment, **BY)
    return payment


def older(enterprise_id, state):
    """Return a payment as a version without books left it."""
    payment = asked(enterprise_id)
    settled = state in ("settled", "refund_due", "refunded")
    facts = {"settled_at": NOW if settled else None}
    facts |= {"refunded_at": NOW if state == "refunded" else None, "state": PaymentState(state)}
    set_to(payment, facts)
    return payment


@operation
def set_to(payment_id, facts):
    db.session.execute(sa.update(Payment).where(Payment.id == payment_id).values(facts))


@operation
def tear(table, statement):
    with guards.lifted(table):
        db.session.execute(sa.text(statement))
