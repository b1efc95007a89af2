"""An enterprise's account at the provider: agreed to, opened, followed, given up."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, failpoints, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound, ProveFirst
from marketplace.notifications.models import Notice
from marketplace.payments import jobs, sending
from marketplace.payments.errors import (
    AccountStays,
    AccountThere,
    AgreementChanged,
    AgreementMissing,
    EmailMissing,
    NoAccountsHere,
)
from marketplace.payments.models.connect import AccountState, ConnectedAccount, PayoutAgreement
from marketplace.payments.models.online import CallState, ProviderCall
from marketplace.payments.operations import receiving
from marketplace.payments.operations.receiving import AGREEMENT
from marketplace.payments.provider import Broken, TooFast
from tests import books
from tests.factories.accounts import saved_change
from tests.factories.connect import (
    EMAIL,
    account_of,
    ask_account,
    let,
    look,
    make_account,
    make_active,
    some_manager,
)
from tests.factories.enterprises import make_enterprise, make_producer, person_of

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back, connect_here):
    yield
    assert books.faults("payments.") == {}


def accept(group, version=AGREEMENT, by=None):
    receiving.accept_agreement(group.id, version, by=by or some_manager(), now=clock.now())


def ask(group, by=None):
    return receiving.ask_account(group.id, by=by or some_manager(), now=clock.now())


def only(model):
    return db.session.scalars(sa.select(model).execution_options(populate_existing=True)).one()


class TestAgreement:
    def test_says_who_accepted_which_text_and_when(self):
        group, by = make_enterprise(), some_manager()
        accept(group, by=by)
        accept(group)  # once is enough

        kept = only(PayoutAgreement)
        assert (kept.enterprise_id, kept.version, kept.accepted_by_id) == (
            group.id,
            AGREEMENT,
            by.id,
        )

    def test_is_of_the_text_of_now(self):
        with pytest.raises(AgreementChanged):
            accept(make_enterprise(), "2020-01")

    def test_is_a_managers(self):
        user, group = make_producer("member")
        with pytest.raises(NotFound):
            accept(group, by=person_of(user))


class TestAsk:
    def test_has_it_opened_and_tells_those_who_manage_the_group(self, bank):
        user, group = make_producer("manager")
        account = make_account(group)

        (there,) = bank.store.every("v2.core.account")
        assert (account.state, account.provider_id) == (AccountState.OPEN, there["id"])
        assert (there["contact_email"], there["dashboard"]) == (EMAIL, "express")
        assert account.capability == "restricted"
        assert only(Notice).user_id == user.id

    def test_keeps_nothing_that_was_said_once_it_is_answered(self, bank):
        make_account()
        assert only(ProviderCall).words == "{}"

    def test_needs_password_and_code(self):
        user, group = make_producer("manager")
        with pytest.raises(ProveFirst):
            ask(group, person_of(user))

    def test_needs_the_agreement(self):
        with pytest.raises(AgreementMissing):
            ask(make_enterprise(email=EMAIL))

    def test_needs_an_email(self):
        group = make_enterprise()
        accept(group)
        with pytest.raises(EmailMissing):
            ask(group)

    def test_is_one_at_a_time(self):
        account = make_account()
        with pytest.raises(AccountThere):
            ask(account.enterprise)

    def test_is_not_offered_where_the_house_opens_none(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_CONNECT", False)
        group = make_enterprise()
        with pytest.raises(NoAccountsHere):
            ask(group)

    @pytest.mark.scenario(33)
    def test_is_adopted_after_a_crash(self, bank):
        call_id = ask_account(group := make_enterprise())

        def gone():
            raise KeyboardInterrupt

        with (
            pytest.raises(KeyboardInterrupt),
            failpoints.before("payments.answered", gone),
        ):
            sending.send(call_id, now=clock.now())
        queue.work_all(now=clock.now() + HOUR)

        assert len(bank.store.every("v2.core.account")) == 1
        assert account_of(group).state is AccountState.OPEN

    def test_is_looked_for_where_its_key_would_tell_the_fault_again(self, bank):
        call_id = ask_account(group := make_enterprise())
        bank.hand("fault", route="POST /v2/core/accounts", kind="500_after", times=9)
        with pytest.raises(Broken):
            sending.send(call_id, now=clock.now())
        bank.hand("calm")

        sending.send(call_id, now=clock.now())

        assert len(bank.store.every("v2.core.account")) == 1
        assert account_of(group).state is AccountState.OPEN

    def test_is_over_when_the_provider_refuses(self, bank, monkeypatch):
        call_id = ask_account(group := make_enterprise())
        call = db.session.get_one(ProviderCall, call_id)
        saved_change(call, words=call.words.replace('"br"', '"pt"'))

        sending.send(call_id, now=clock.now())

        assert account_of(group).state is AccountState.REFUSED
        assert only(ProviderCall).state is CallState.REFUSED


class TestFollow:
    def test_can_be_paid_once_the_provider_says_so_and_72_hours_are_over(self, bank):
        account = make_account()
        let(bank, account, "active")

        now = account.asked_at
        assert not account.can_be_paid(now + 71 * HOUR)
        assert account.can_be_paid(now + 72 * HOUR)

    @pytest.mark.parametrize("word", ["pending", "restricted", "unsupported"])
    def test_cannot_be_paid_under_any_other_word(self, bank, word):
        account = make_active(bank)
        let(bank, account, word)
        assert not account.can_be_paid(clock.now())

    @pytest.mark.scenario(55)
    def test_is_retired_when_it_was_closed_there(self, bank):
        account = make_active(bank)
        bank.client.v2.core.accounts.close(account.provider_id)
        look(account)

        assert account.state is AccountState.RETIRED
        assert not account.can_be_paid(clock.now())

    @pytest.mark.scenario(55)
    def test_may_be_another_one_later(self, bank):
        former = make_active(bank)
        group = former.enterprise
        receiving.retire_account(group.id, by=some_manager(), now=clock.now())

        account = make_account(group)

        assert account.id != former.id
        look(former)  # news of the former one changes nothing
        assert former.state is AccountState.RETIRED

    def test_is_given_up_only_where_there_is_one(self):
        group = make_enterprise()
        with pytest.raises(AccountStays):
            receiving.retire_account(group.id, by=some_manager(), now=clock.now())

    def test_is_asked_for_when_no_news_comes(self, bank):
        account = make_account()
        bank.hand("capability", account=account.provider_id, state="active")
        saved_change(account, looked_at=clock.now() - 25 * HOUR)

        jobs.look_at_accounts()

        assert account_of(account.enterprise).capability == "active"

    @pytest.mark.scenario(12)
    def test_is_never_one_that_is_not_in_our_table(self, bank):
        theirs = bank.client.v1.accounts.create({"country": "BR"}).id
        account = make_account()

        assert not receiving.note_bank_payout(theirs, None, now=clock.now())
        assert only(ConnectedAccount).id == account.id

    def test_waits_while_the_provider_is_away(self, bank):
        bank.hand("fault", route="POST /v2/core/accounts", kind="429", times=9)
        call_id = ask_account(group := make_enterprise())
        with pytest.raises(TooFast):
            sending.send(call_id, now=clock.now())
        assert account_of(group).state is AccountState.ASKED
