"""Money of nobody known: how long it waits, and a person's word on whose it is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, queue
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs, postings, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import LinesLeft, OwnerKnown, WhyMissing
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.reconciling import (
    DayState,
    Identification,
    MovementState,
    ProviderMovement,
    ReconciliationDay,
)
from marketplace.payments.operations import identifying, ledger, reconciling, releasing
from marketplace.payments.queries import identifying as known
from marketplace.payments.queries import reconciling as lines
from marketplace.payments.queries.coming import _freed_by as _freed
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, person_of
from tests.factories.online import make_line, make_open

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
HOLD = 7 * DAY
ENDED = NOW.date() - DAY
THEIRS = {"owner": "enterprise", "reason": "x"}
LIST = "/gestao/dinheiro-sem-dono"
WHY = {"reason": "O extrato do banco diz de quem é", "by": HOUSE, "now": NOW}


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


def strange(*found):
    """Have lines of nobody known in the books; return the entries that took their money in."""
    reconciling.keep_movements(found or [make_line(cents=500, fee=6)], now=NOW)
    for row_id in list(db.session.scalars(lines.unmet())):
        reconciling.match(row_id, now=NOW)
    return [row.LedgerEntry.id for row in db.session.execute(known.waiting())]


def identify(entry_id, enterprise=None, **given):
    facts = {"enterprise_id": enterprise.id if enterprise else None} | WHY
    return identifying.identify(entry_id, **facts | given)


def only(model):
    return db.session.scalars(sa.select(model).execution_options(populate_existing=True)).one()


def balances(*names):
    return [balance(AccountName(*name.split(":"))) for name in names]


class TestIdentify:
    @pytest.mark.scenario(59)
    @pytest.mark.parametrize("kind", ["payment", "something_new"])
    def test_lets_the_day_close(self, kind):
        (entry_id,) = strange(make_line(kind, 500, fee=6))
        reconciling.note_listed(ENDED, asked_at=NOW)
        with pytest.raises(LinesLeft):
            reconciling.close_day(ENDED, by=HOUSE, now=NOW)

        identify(entry_id)

        assert (only(ProviderMovement).state, only(ProviderMovement).why) == (
            *(MovementState.MATCHED, ""),
        )
        reconciling.close_day(ENDED, by=HOUSE, now=NOW)
        assert only(ReconciliationDay).state is DayState.CLOSED

    @pytest.mark.scenario(59)
    def test_gives_it_to_an_enterprise_all_of_it(self):
        """The provider's fee was ours already."""
        owner = make_enterprise()
        (entry_id,) = strange()

        identify(entry_id, owner)

        assert balance(AccountName("pending", owner.id)) == -500
        assert balances("unidentified", "refund_due", "stripe") == [0, 0, 494]

    @pytest.mark.scenario(59)
    def test_lets_it_be_paid_out_once_its_hold_is_past(self):
        owner = make_enterprise()
        (entry_id,) = strange()
        word_id = identify(entry_id, owner)

        assert releasing.release_identified(word_id, by=HOUSE, now=NOW + HOLD - SECOND) == 0
        assert _freed(owner.id, NOW + HOLD - SECOND) == 0
        assert _freed(owner.id, NOW + HOLD) == 500
        for _again in range(2):
            releasing.release_found(by=HOUSE, now=NOW + HOLD)

        assert balances(f"pending:{owner.id}", f"payable:{owner.id}") == [0, -500]
        assert only_of(EntryKind.SHARE_RELEASED).source_id == word_id

    def test_releases_nothing_of_what_goes_back(self):
        (entry_id,) = strange()
        word_id = identify(entry_id)

        assert releasing.release_identified(word_id, by=HOUSE, now=NOW + 2 * HOLD) == 0
        assert balances("refund_due") == [-500]

    def test_is_done_by_the_job(self, monkeypatch):
        owner = make_enterprise()
        (entry_id,) = strange()
        identify(entry_id, owner)
        monkeypatch.setattr(clock, "now", lambda: NOW + HOLD)

        jobs.release()

        assert balance(AccountName("payable", owner.id)) == -500

    def test_lets_others_go_on_where_the_books_refuse_one(self, caplog):
        owner, other = make_enterprise(), make_enterprise()
        first, second = strange(make_line(cents=500), make_line(cents=700))
        identify(first, owner)
        identify(second, other)
        ledger.post(postings.share_released(owner.id, 1), ("test", 1), by=HOUSE, now=NOW)

        releasing.release_found(by=HOUSE, now=NOW + HOLD)

        assert balances(f"payable:{owner.id}", f"payable:{other.id}") == [-1, -700]
        assert "was not released" in caplog.text

    def test_is_of_what_a_cash_box_had_too_much_as_well(self):
        """P23: what was counted at the bank, and told by no till."""
        owner = make_enterprise()
        deposited = postings.cash_deposited(1, told=0, counted=300)
        ledger.post(deposited, ("desk_banking", 1), by=HOUSE, now=NOW)
        (row,) = db.session.execute(known.waiting())
        assert (row.cents, row.ProviderMovement) == (300, None)

        identify(row.LedgerEntry.id, owner)

        assert balances("unidentified", f"pending:{owner.id}") == [0, -300]
        assert db.session.execute(known.waiting()).all() == []

    @pytest.mark.scenario(59)
    def test_gives_it_back_to_who_paid(self):
        (entry_id,) = strange()

        identify(entry_id)

        assert balances("unidentified", "refund_due") == [0, -500]

    def test_says_who_when_and_why(self, finance):
        (entry_id,) = strange()

        identify(entry_id, by=person_of(finance), reason="  Nota 17 ")

        word = only(Identification)
        assert (word.entry_id, word.amount_cents, word.reason) == (entry_id, 500, "Nota 17")
        assert (word.decided_by_id, word.decided_at) == (finance.id, NOW)
        entered = only_of(EntryKind.MONEY_IDENTIFIED)
        assert (entered.source_type, entered.source_id, entered.actor_id) == (
            *("identification", word.id, finance.id),
        )

    def test_is_done_once(self):
        (entry_id,) = strange()
        identify(entry_id)

        with pytest.raises(OwnerKnown):
            identify(entry_id, make_enterprise())

        assert balances("unidentified", "refund_due") == [0, -500]

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_needs_a_reason(self, reason):
        (entry_id,) = strange()

        with pytest.raises(WhyMissing):
            identify(entry_id, reason=reason)
        assert balances("unidentified") == [-500]

    def test_is_of_unidentified_money_alone(self):
        strange(make_line("stripe_fee", -250))

        for entry_id in (only(LedgerEntry).id, 99):
            with pytest.raises(NotFound):
                identify(entry_id)

    def test_is_within_the_division_and_never_ones_own(self, finance, division):
        (entry_id,) = strange()
        own = make_enterprise(division=division)
        make_member(own, user=finance)
        abroad = make_enterprise(division=make_division(municipality_code=1100106))

        for owner in (own, abroad):
            with pytest.raises(NotFound):
                identify(entry_id, owner, by=person_of(finance))

    def test_leaves_a_line_of_another_sum_to_a_person(self):
        (entry_id,) = strange()
        change("UPDATE provider_movements SET net_cents = 490")

        identify(entry_id)

        line = only(ProviderMovement)
        assert (line.state, line.why) == (MovementState.DIFFERS, "sum")

    @pytest.mark.scenario(18)
    def test_is_of_a_payment_of_another_sum_too(self, bank, pix_here):
        attempt = make_open(500)
        bank.client.v1.payment_intents.update(attempt.intent_id, {"amount": 400})
        bank.hand("pay", intent=attempt.intent_id)
        sending.ask_again(attempt.intent_id, now=clock.now())
        queue.work_all(now=clock.now())
        (row,) = db.session.execute(known.waiting())
        assert (row.cents, row.ProviderMovement) == (400, None)

        identify(row.LedgerEntry.id)

        assert balances("unidentified", "refund_due") == [0, -400]

    def test_is_over_once_the_money_is_known_to_be_of_ours(self, bank, stripe_here, pix_here):
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)
        told = stripe_here.movement_of(stripe_here.intent(attempt.intent_id).charge_id)
        (entry_id,) = strange(told)
        sending.ask_again(attempt.intent_id, now=clock.now())
        reconciling.match(only(ProviderMovement).id, now=NOW)

        assert db.session.execute(known.waiting()).all() == []
        with pytest.raises(OwnerKnown):
            identify(entry_id)

    def test_counts_no_money_twice_that_is_known_afterwards(
        self, bank, stripe_here, pix_here, caplog
    ):
        """A person spoke before the news came: what they gave away is not there a second time."""
        attempt = make_open(10_000)
        bank.hand("pay", intent=attempt.intent_id)
        told = stripe_here.movement_of(stripe_here.intent(attempt.intent_id).charge_id)
        (entry_id,) = strange(told)
        identify(entry_id)

        sending.ask_again(attempt.intent_id, now=clock.now())
        queue.work_all(now=clock.now())

        assert balances("stripe", "refund_due", "buyer_clearing") == [9_881, -10_000, 10_000]
        assert "given to somebody before" in caplog.text


@operation
def change(statement):
    db.session.execute(sa.text(statement))


def only_of(kind):
    return db.session.scalars(sa.select(LedgerEntry).where(LedgerEntry.kind == kind)).one()


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def finance(division):
    return make_staff(Role.FINANCE, division)


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


class TestPages:
    @pytest.fixture(autouse=True)
    def entered(self, log_in, finance):
        log_in(finance)

    def send(self, client, entry_id, **typed):
        return client.post(f"{LIST}/{entry_id}/dono", data=typed)

    def test_list_the_oldest_first_with_its_age(self, client):
        first, second = make_line(cents=500), make_line(cents=700)
        old, _new = strange(first, second)

        page = plain(client.get(LIST))

        age = (clock.now() - NOW).days
        assert page.index(first.id) < page.index(second.id)
        assert "R$5.00" in page
        assert f"{age} day" in page
        assert f'href="{LIST}/{old}/dono"' in page
        assert f'href="{LIST}"' in client.get("/gestao/conciliacao").text

    def test_tell_of_a_box_that_held_too_much(self, client):
        deposited = postings.cash_deposited(1, told=0, counted=300)
        entry_id = ledger.post(deposited, ("desk_banking", 7), by=HOUSE, now=NOW)

        said = "Money of a common desk at the bank 7"
        assert said in client.get(LIST).text
        assert said in client.get(f"{LIST}/{entry_id}/dono").text

    def test_say_when_there_is_none(self, client):
        assert "No money without an owner" in client.get(LIST).text

    def test_have_an_end(self, client, monkeypatch):
        from marketplace.payments.views import identifying as views

        monkeypatch.setattr(views, "SHOWN", 1)
        first, second = make_line(), make_line()
        strange(first, second)

        page = client.get(f"{LIST}?pagina=2").text
        assert second.id in page
        assert first.id not in page

    def test_write_down_that_it_goes_back(self, client):
        (entry_id,) = strange()

        answer = self.send(client, entry_id, owner="buyer", reason="Engano")

        assert (answer.status_code, answer.location) == (303, LIST)
        page = client.get(LIST).text
        assert "It is written down" in page
        assert "Engano" in page
        assert "Of who paid: it goes back" in page

    def test_write_down_whose_it_is(self, client, division):
        owner = make_enterprise(name="Grupo Um", division=division)
        (entry_id,) = strange()
        assert "Grupo Um" in client.get(f"{LIST}/{entry_id}/dono").text

        typed = {"owner": "enterprise", "enterprise_id": owner.id, "reason": "Nota 17"}
        assert self.send(client, entry_id, **typed).status_code == 303

        assert balance(AccountName("pending", owner.id)) == -500
        assert "Grupo Um" in client.get(LIST).text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"owner": "buyer"}, "Say why"),
            ({"reason": "x"}, "Not a valid choice"),
            ({"owner": "enterprise", "reason": "x"}, "Choose the enterprise"),
            (
                {"owner": "enterprise", "enterprise_id": "99", "reason": "x"},
                "Choose the enterprise",
            ),
            ({"owner": "enterprise", "enterprise_id": "²", "reason": "x"}, "Choose the enterprise"),
        ],
    )
    def test_say_what_is_missing(self, client, typed, said):
        (entry_id,) = strange()

        answer = self.send(client, entry_id, **typed)

        assert answer.status_code == 422
        assert said in answer.text
        assert balances("unidentified") == [-500]

    def test_say_that_somebody_was_faster(self, client):
        (entry_id,) = strange()
        identify(entry_id)

        self.send(client, entry_id, owner="buyer", reason="Engano")

        assert "was said already" in client.get(LIST).text
        assert client.get(f"{LIST}/{entry_id}/dono").status_code == 404

    def test_decide_nothing_for_who_only_looks(self, client, log_in):
        (entry_id,) = strange()
        log_in(make_staff(Role.HEAD))

        assert "Say whose it is" not in client.get(LIST).text
        assert self.send(client, entry_id, owner="buyer", reason="x").status_code == 403
