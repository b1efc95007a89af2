from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants, queue
from marketplace.core.database import db, operation
from marketplace.core.queue import Job
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import gateway, jobs, postings, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import DayNotListed, LinesLeft, SumsDiffer
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.online import Attempt, AttemptState, Refund, RefundState
from marketplace.payments.models.reconciling import (
    DayState,
    MovementState,
    ProviderMovement,
    ReconciliationDay,
)
from marketplace.payments.operations import attempts, ledger, reconciling, refunds
from marketplace.payments.queries import reconciling as known
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.online import make_line, make_open

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDED = NOW.date() - DAY
"""A day that is over."""
MATCHED, UNKNOWN, DIFFERS = MovementState.MATCHED, MovementState.UNKNOWN, MovementState.DIFFERS
_serial = count(1)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


def at(day, hour=12):
    return datetime.combine(day, datetime.min.time(), UTC) + hour * HOUR


def keep(*lines):
    """Keep lines and let each meet its entry; return their rows."""
    reconciling.keep_movements(lines, now=NOW)
    return [match(one.id) for one in lines]


def match(movement_id):
    reconciling.match(row(movement_id).id, now=NOW)
    return row(movement_id)


def row(movement_id):
    asked = sa.select(ProviderMovement).where(ProviderMovement.movement_id == movement_id)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def stands(row):
    return row.state, row.why


def kind_of(row):
    return db.session.get_one(LedgerEntry, row.entry_id).kind


def entries():
    return db.session.scalar(sa.select(sa.func.count(LedgerEntry.id)))


def day_of(day=ENDED):
    asked = sa.select(ReconciliationDay).where(ReconciliationDay.day == day)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def only(model):
    return db.session.scalars(sa.select(model)).one()


@operation
def change(statement):
    db.session.execute(sa.text(statement))


@operation
def reconcile_soon():
    queue.enqueue("payments.reconcile", {}, key=str(next(_serial)), run_at=clock.now())


def work():
    queue.work_all(now=clock.now())


def reconcile():
    """Do the daily job."""
    reconcile_soon()
    work()
    assert set(db.session.scalars(sa.select(Job.error))) == {""}


def paid(bank, *amounts, group=("test", 1)):
    """Return an attempt that was paid: we know, and it is not booked."""
    attempt = make_open(*amounts, group=group)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    return db.session.get_one(Attempt, attempt.id, populate_existing=True)


def rows():
    asked = sa.select(ProviderMovement).order_by(ProviderMovement.id)
    return list(db.session.scalars(asked.execution_options(populate_existing=True)))


class TestMovements:
    @pytest.fixture(autouse=True)
    def a_payment(self, bank, pix_here):
        self.attempt = paid(bank, 10_000)

    def test_are_the_lines_of_a_span(self, stripe_here):
        now = clock.now()

        (told,) = stripe_here.movements(now - HOUR, now + HOUR)

        assert (told.kind, told.currency, told.source_id) == (
            *("payment", "brl"),
            self.attempt.charge_id,
        )
        assert (told.amount_cents, told.fee_cents, told.net_cents) == (10_000, 119, 9_881)
        assert now - HOUR < told.created_at <= clock.now() < told.available_on
        assert stripe_here.movements(now + HOUR, now + 2 * HOUR) == []

    def test_are_asked_for_page_by_page_to_a_bound(self, bank, stripe_here, monkeypatch):
        paid(bank, 500, group=("test", 2))
        monkeypatch.setattr(gateway, "PAGE", 1)
        now = clock.now()

        assert len(stripe_here.movements(now - HOUR, now + HOUR)) == 2
        monkeypatch.setattr(gateway, "MOST_LISTED", 1)
        assert len(stripe_here.movements(now - HOUR, now + HOUR)) == 1

    def test_tell_which_payment_they_are_of(self, stripe_here):
        assert stripe_here.intent_of(self.attempt.charge_id) == self.attempt.intent_id


class TestKeep:
    def test_is_done_once(self):
        lines = [make_line(), make_line()]

        assert reconciling.keep_movements(lines, now=NOW) == 2
        assert reconciling.keep_movements([*lines, make_line()], now=NOW) == 1
        assert reconciling.keep_movements([], now=NOW) == 0
        assert len(rows()) == 3

    def test_is_of_the_day_in_utc(self):
        keep(make_line(created_at=at(ENDED, 23.99)), make_line(created_at=at(ENDED, 24)))

        assert [row.day for row in rows()] == [ENDED, ENDED + DAY]

    def test_opens_a_day_again_that_was_closed_without_one(self, caplog):
        reconciling.note_listed(ENDED, asked_at=NOW)
        reconciling.close_day(ENDED, by=HOUSE, now=NOW)

        keep(make_line())

        assert (day_of().state, day_of().closed_at) == (DayState.OPEN, None)
        assert "after its day was closed" in caplog.text


class TestCharge:
    @pytest.fixture(autouse=True)
    def pix_is_open(self, pix_here):
        """Every test pays 1,19 % by Pix."""

    def told(self, stripe_here, attempt):
        return stripe_here.movement_of(attempt.charge_id)

    def test_meets_the_entry_that_was_made_of_it(self, bank, stripe_here):
        attempt = paid(bank, 10_000)
        work()
        before = entries()

        (met,) = keep(self.told(stripe_here, attempt))

        assert (stands(met), kind_of(met)) == ((MATCHED, ""), EntryKind.PROVIDER_SETTLED)
        assert entries() == before

    def untold(self, bank, gateway):
        """Return what was paid while the provider did not tell yet what that brought in."""
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)
        there = replace(gateway.intent(attempt.intent_id), movement=None)
        attempts.apply_intent(there, now=clock.now())
        return only(Attempt)

    def test_is_asked_for_by_a_job_where_it_was_not_told(self, bank, stripe_here):
        self.untold(bank, stripe_here)
        assert balance(AccountName("buyer_clearing")) == 10_000

        work()

        assert balance(AccountName("buyer_clearing")) == 0
        assert balance(AccountName("stripe")) == 9_881

    def test_is_booked_by_it_if_it_was_not(self, bank, stripe_here):
        attempt = self.untold(bank, stripe_here)
        assert balance(AccountName("stripe")) == 0

        (met,) = keep(self.told(stripe_here, attempt))

        assert stands(met) == (MATCHED, "")
        assert balance(AccountName("stripe")) == met.net_cents == 9_881
        assert balance(AccountName("buyer_clearing")) == 0
        work()  # the job finds it done
        assert balance(AccountName("stripe")) == 9_881

    def test_of_another_sum_than_was_asked_meets_what_is_unidentified(self, bank, stripe_here):
        attempt = make_open(500)
        bank.client.v1.payment_intents.update(attempt.intent_id, {"amount": 400})
        bank.hand("pay", intent=attempt.intent_id)
        sending.ask_again(attempt.intent_id, now=clock.now())

        (met,) = keep(self.told(stripe_here, only(Attempt)))

        assert (stands(met), kind_of(met)) == ((MATCHED, ""), EntryKind.MONEY_UNIDENTIFIED)
        assert balance(AccountName("unidentified")) == -400
        assert balance(AccountName("stripe")) == met.net_cents == 395

    def test_differs_if_the_entry_is_of_another_sum(self, bank, stripe_here):
        attempt = paid(bank, 10_000)
        work()
        told = self.told(stripe_here, attempt)

        (met,) = keep(make_line(id=told.id, cents=10_000, fee=120, source_id=attempt.charge_id))

        assert stands(met) == (DIFFERS, "sum")
        assert met.entry_id is not None

    def test_differs_if_another_line_is_of_the_same(self, bank, stripe_here):
        attempt = paid(bank, 10_000)

        one, other = keep(self.told(stripe_here, attempt), make_line(source_id=attempt.charge_id))

        assert stands(one) == (MATCHED, "")
        assert (stands(other), other.entry_id) == ((DIFFERS, "twice"), None)

    def test_is_unidentified_no_more_once_it_is_known(self, bank, stripe_here):
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)
        charge_id = stripe_here.intent(attempt.intent_id).charge_id
        told = stripe_here.movement_of(charge_id)
        (met,) = keep(told)
        assert stands(met) == (UNKNOWN, "source")
        assert balance(AccountName("unidentified")) == -10_000

        sending.ask_again(attempt.intent_id, now=clock.now())
        met = match(told.id)

        assert (stands(met), kind_of(met)) == ((MATCHED, ""), EntryKind.PROVIDER_SETTLED)
        assert balance(AccountName("unidentified")) == 0
        assert balance(AccountName("stripe")) == 9_881

    def test_stays_with_a_person_who_gave_the_money_to_somebody(self, bank, stripe_here):
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)
        told = stripe_here.movement_of(stripe_here.intent(attempt.intent_id).charge_id)
        keep(told)
        ledger.post(postings.money_identified(10_000), ("test", 1), by=HOUSE, now=NOW)

        sending.ask_again(attempt.intent_id, now=clock.now())
        met = match(told.id)

        assert (stands(met), kind_of(met)) == ((UNKNOWN, "spent"), EntryKind.MONEY_UNIDENTIFIED)


class TestRefund:
    @pytest.fixture
    def given_back(self, bank, pix_here):
        """Give R$ 5,00 back; the provider has heard of it."""

        def give(fate="succeeded"):
            attempt = paid(bank, 500)
            work()
            bank.hand("next-refund", fate=fate)
            payment_id = attempt.parts[0].payment_id
            refunds.give_back(payment_id, 500, by=HOUSE, now=clock.now())
            work()

        return give

    def lines(self, stripe_here):
        return stripe_here.movements(clock.now() - 3 * DAY, clock.now() + 3 * DAY)[::-1]

    def told_again(self, stripe_here):
        back = stripe_here.money_back(only(Refund).provider_id)
        refunds.apply_money_back(back, now=clock.now())

    @pytest.mark.parametrize("fate", ["succeeded", "later"])
    def test_meets_the_entry_by_which_the_money_left(self, stripe_here, given_back, fate):
        """Also before it has arrived."""
        given_back(fate)

        _charge, met = keep(*self.lines(stripe_here))

        assert (met.kind, stands(met), kind_of(met)) == (
            *("payment_refund", (MATCHED, "")),
            EntryKind.REFUND_SENT,
        )
        assert balance(AccountName("refund_due")) == 0

    @pytest.mark.parametrize("fate", ["succeeded", "failed"])
    def test_that_failed_is_two_lines_and_two_entries(self, bank, stripe_here, given_back, fate):
        """Whether it had arrived, or never did."""
        given_back(fate)
        bank.wait(2 * 24 * 3600)
        if fate == "succeeded":
            bank.hand("fail-refund", refund=only(Refund).provider_id)

        self.told_again(stripe_here)
        self.told_again(stripe_here)
        _charge, left, back = keep(*self.lines(stripe_here))

        assert [stands(one) for one in (left, back)] == [(MATCHED, "")] * 2
        assert kind_of(back) is EntryKind.REFUND_FAILED
        assert only(Refund).state is RefundState.FAILED
        assert balance(AccountName("refund_due")) == -500

    def test_that_failed_unseen_is_entered_both_ways(self, bank, stripe_here, given_back):
        """No news came between."""
        given_back("later")
        refund = only(Refund)
        bank.hand("fail-refund", refund=refund.provider_id)
        change("UPDATE refunds SET state = 'due'")

        self.told_again(stripe_here)
        keep(*self.lines(stripe_here))

        assert {stands(one) for one in rows()} == {(MATCHED, "")}

    def test_waits_for_an_entry_that_is_not_there(self, bank, stripe_here, given_back):
        given_back()
        bank.hand("fail-refund", refund=only(Refund).provider_id)

        *_others, back = keep(*self.lines(stripe_here))

        assert stands(back) == (MovementState.WAITING, "not_entered")

    def test_of_nobody_here_is_unknown(self):
        (met,) = keep(make_line("refund", -500))

        assert (stands(met), met.entry_id) == ((UNKNOWN, "source"), None)

    def test_differs_if_another_line_is_of_the_same(self, stripe_here, given_back):
        given_back()
        _charge, told = self.lines(stripe_here)
        again = make_line("payment_refund", -500, source_id=told.source_id)

        met, other = keep(told, again)

        assert (stands(met), stands(other)) == ((MATCHED, ""), (DIFFERS, "twice"))


class TestOtherKinds:
    @pytest.mark.parametrize("kind", reconciling.FEES)
    def test_enters_a_fee(self, kind):
        (met,) = keep(make_line(kind, -250))

        assert stands(met) == (MATCHED, "")
        assert (balance(AccountName("stripe")), balance(AccountName("stripe_fees"))) == (-250, 250)

    @pytest.mark.parametrize("back", ["payout_failure", "payout_cancel"])
    @pytest.mark.scenario(53)
    def test_enters_a_payout_and_its_return(self, back):
        out, home = keep(make_line("payout", -900), make_line(back, 900))

        assert (stands(out), kind_of(out)) == ((MATCHED, ""), EntryKind.SWEEP_BEGUN)
        assert (stands(home), kind_of(home)) == ((MATCHED, ""), EntryKind.SWEEP_FAILED)
        assert balance(AccountName("stripe_transit")) == 0

    def test_knows_no_return_of_what_never_left(self):
        (met,) = keep(make_line("payout_failure", 900))

        assert (stands(met), met.entry_id) == ((UNKNOWN, "no_such_payout"), None)

    @pytest.mark.parametrize("kind", reconciling.ASIDE)
    def test_puts_a_reserve_aside(self, kind):
        (met,) = keep(make_line(kind, -900))

        assert (stands(met), met.entry_id) == ((MovementState.ASIDE, ""), None)
        assert known.sums_of(ENDED) == known.Sums(0, 0)

    def test_puts_a_line_of_nothing_aside(self):
        (met,) = keep(make_line("stripe_fee", 0))

        assert stands(met) == (MovementState.ASIDE, "")


class TestStranger:
    @pytest.mark.scenario(59)
    @pytest.mark.parametrize(("kind", "why"), [("payment", "source"), ("something_new", "kind")])
    def test_is_unidentified_told_and_keeps_the_day_open(self, app, caplog, kind, why):
        """A line of which nothing here knows."""
        (met,) = keep(make_line(kind, 500, fee=6))

        assert (stands(met), kind_of(met)) == ((UNKNOWN, why), EntryKind.MONEY_UNIDENTIFIED)
        assert balance(AccountName("unidentified")) == -500
        assert balance(AccountName("stripe")) == met.net_cents
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert (
            f"{met.movement_id}: {why}"
            in app.test_cli_runner().invoke(args=["provider", "attention"]).output
        )
        reconciling.note_listed(ENDED, asked_at=NOW)
        with pytest.raises(LinesLeft):
            reconciling.close_day(ENDED, by=HOUSE, now=NOW)

    def test_is_told_and_entered_once(self, caplog):
        (met,) = keep(make_line())

        match(met.movement_id)

        assert entries() == 1
        assert len(caplog.records) == 1

    @pytest.mark.parametrize(
        ("facts", "why"),
        [({"cents": -500}, "kind"), ({"currency": "usd"}, "currency")],
        ids=["money that left", "another currency"],
    )
    def test_has_no_entry_where_it_has_no_account(self, facts, why):
        (met,) = keep(make_line("something_new", **facts))

        assert (stands(met), entries()) == ((UNKNOWN, why), 0)


class TestCloseDay:
    def test_says_both_sums_and_who(self):
        keep(
            make_line("stripe_fee", -250), make_line("payout", -900), make_line("reserve_hold", -7)
        )
        reconciling.note_listed(ENDED, asked_at=NOW)
        person = make_user()

        reconciling.close_day(ENDED, by=Person(person.id), now=NOW)
        reconciling.close_day(ENDED, by=HOUSE, now=NOW + HOUR)

        day = day_of()
        assert (day.state, day.provider_cents, day.books_cents) == (DayState.CLOSED, -1150, -1150)
        assert (day.closed_by_id, day.closed_at) == (person.id, NOW)

    def test_waits_until_it_is_over_and_was_asked_for_since(self):
        reconciling.note_listed(ENDED, asked_at=at(ENDED, 23))

        with pytest.raises(DayNotListed):
            reconciling.close_day(ENDED, by=HOUSE, now=NOW)
        reconciling.note_listed(ENDED, asked_at=at(ENDED, 24))
        reconciling.close_day(ENDED, by=HOUSE, now=NOW)

        assert day_of().listed_at == at(ENDED, 24)
        reconciling.note_listed(ENDED, asked_at=NOW)
        assert day_of().listed_at == at(ENDED, 24)  # a closed day stays as it is

    def test_refuses_while_lines_are_left(self):
        keep(make_line("payout_failure", 900), make_line("stripe_fee", -1))
        reconciling.note_listed(ENDED, asked_at=NOW)

        with pytest.raises(LinesLeft) as refused:
            reconciling.close_day(ENDED, by=HOUSE, now=NOW)

        assert refused.value.facts == {"count": 1}

    def test_says_by_how_much_the_sums_differ(self):
        keep(make_line("stripe_fee", -250))
        reconciling.note_listed(ENDED, asked_at=NOW)
        change("UPDATE provider_movements SET net_cents = -257")

        with pytest.raises(SumsDiffer, match=r"0\.07"):
            reconciling.close_day(ENDED, by=HOUSE, now=NOW)
        assert "payments.each_line_of_the_provider_meets_its_entry" in invariants.broken()
        change("UPDATE provider_movements SET net_cents = -250")

    def test_is_of_one_day(self):
        keep(
            make_line("stripe_fee", -250),
            make_line("payout_failure", 900, created_at=at(ENDED, 25)),
        )
        reconciling.note_listed(ENDED, asked_at=NOW)

        reconciling.close_day(ENDED, by=HOUSE, now=NOW)

        assert day_of().provider_cents == -250

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE provider_movements SET state = 'unknown'",
            "UPDATE provider_movements SET net_cents = -257",
            "UPDATE reconciliation_days SET provider_cents = 0, books_cents = 0",
        ],
    )
    def test_is_looked_at_again_by_the_invariants(self, statement):
        keep(make_line("stripe_fee", -250))
        reconciling.note_listed(ENDED, asked_at=NOW)
        reconciling.close_day(ENDED, by=HOUSE, now=NOW)
        assert "payments.closed_days_add_up" not in invariants.broken()

        change(statement)

        assert "payments.closed_days_add_up" in invariants.broken()
        change("UPDATE provider_movements SET state = 'matched', net_cents = -250")
        change("UPDATE reconciliation_days SET provider_cents = -250, books_cents = -250")


class TestDaysToList:
    def test_are_the_last_ones(self):
        assert known.days_to_list(NOW)[:: known.DAYS_BACK] == [NOW.date() - 3 * DAY, NOW.date()]

    @pytest.mark.parametrize(("ago", "first"), [(9, 9), (1, 3), (99, 60)])
    def test_reach_back_to_the_last_that_was_asked_for(self, ago, first):
        reconciling.note_listed(NOW.date() - ago * DAY, asked_at=NOW)

        assert known.days_to_list(NOW)[0] == NOW.date() - first * DAY


class TestJob:
    @pytest.fixture
    def two_days_ago(self, bank, pix_here):
        """What is paid now is of a day that is over."""
        bank.hand("clock", seconds=-2 * 24 * 3600)

    def test_closes_what_adds_up(self, bank, two_days_ago):
        attempt = paid(bank, 10_000)

        reconcile()
        reconcile()

        assert [stands(one) for one in rows()] == [(MATCHED, "")]
        assert rows()[0].movement_id == db.session.get_one(Attempt, attempt.id).movement_id
        days = list(db.session.scalars(known.days()))
        assert [day.state for day in days] == [DayState.OPEN, *[DayState.CLOSED] * 3]
        assert [day.provider_cents for day in days] == [0, 0, 9_881, 0]
        assert {day.closed_by_id for day in days} == {None}

    def test_learns_of_what_no_news_came(self, bank, two_days_ago):
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)

        reconcile()

        assert db.session.get_one(Attempt, attempt.id).state is AttemptState.PAID
        assert [stands(one) for one in rows()] == [(MATCHED, "")]

    def test_learns_of_a_refund_of_which_no_news_came(self, bank, two_days_ago, stripe_here):
        attempt = paid(bank, 500)
        work()
        refunds.give_back(attempt.parts[0].payment_id, 500, by=HOUSE, now=clock.now())
        work()
        bank.hand("fail-refund", refund=only(Refund).provider_id)

        reconcile()

        assert only(Refund).state is RefundState.FAILED
        assert {stands(one) for one in rows()} == {(MATCHED, "")}

    def test_adds_up_the_day_of_a_stranger_and_goes_on(self, bank, two_days_ago):
        words = {"amount": 700, "currency": "brl", "confirm": True}
        pix = {"payment_method_data": {"type": "pix"}, "allowed_payment_method_types": ["pix"]}
        foreign = bank.client.v1.payment_intents.create(words | pix)
        bank.hand("pay", intent=foreign.id)
        bank.wait(24 * 3600)
        paid(bank, 10_000)

        reconcile()

        assert [stands(one) for one in rows()] == [(UNKNOWN, "source"), (MATCHED, "")]
        states = [day.state for day in db.session.scalars(known.days())]
        assert states == [DayState.OPEN, DayState.CLOSED, DayState.OPEN, DayState.CLOSED]
        assert day_of(rows()[0].day).provider_cents == 692

    def test_goes_on_where_the_source_is_not_there(self, bank, two_days_ago, caplog):
        attempt = make_open(500)
        bank.hand("pay", intent=attempt.intent_id)
        bank.store.remove(bank.store.every("charge")[0]["id"])

        reconcile()

        assert [stands(one) for one in rows()] == [(UNKNOWN, "source")]

    def test_closes_no_day_of_which_it_did_not_see_all(self, bank, two_days_ago, monkeypatch):
        paid(bank, 500)
        for module in (gateway, jobs):
            monkeypatch.setattr(module, "MOST_LISTED", 1)

        reconcile()

        assert rows()[0].day not in set(db.session.scalars(sa.select(ReconciliationDay.day)))

    def test_does_nothing_where_no_provider_is_set_up(self):
        jobs.reconcile()

        assert list(db.session.scalars(known.days())) == []
