"""News of the provider that was put aside: why, told to finance, and looked at again."""

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.payments.errors import NewsStays
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import events
from marketplace.payments.provider import VERSION, News
from marketplace.payments.views import quarantine as views
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW
from tests.factories.online import make_open

LIST, SUCCEEDED = "/gestao/quarentena", "payment_intent.succeeded"
AMISS = {
    "live": {"live": True},
    "version": {"version": "2020-08-27"},
    "account": {"account": "acct_7"},
}


def kept(event_id="evt_1", why="version", kind=SUCCEEDED, object_id="pi_1"):
    """Have news put aside for a reason; return its row."""
    facts = {"live": False, "version": VERSION} | AMISS.get(why, {})
    events.keep(News(event_id, kind, object_id, NOW, **facts), now=NOW)
    return row(event_id)


def row(event_id):
    asked = sa.select(ProviderEvent).where(ProviderEvent.event_id == event_id)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def look_again(event):
    events.look_again(event.id, by=HOUSE, now=clock.now())


class TestLookAgain:
    def test_keeps_what_the_provider_says_now(self, bank, pix_here):
        attempt = make_open(500)
        bank.hand("pay", intent=attempt.intent_id)
        event = kept(object_id=attempt.intent_id)

        look_again(event)
        assert (row("evt_1").state, row("evt_1").why) == (EventState.WAITING, "")
        queue.work_all(now=clock.now())

        assert row("evt_1").state is EventState.APPLIED
        assert db.session.scalars(sa.select(Payment.state)).all() == [PaymentState.SETTLED]

    def test_believes_nothing_that_the_news_says(self, bank, pix_here):
        """It told of a payment; the provider knows of none."""
        attempt = make_open(500)
        event = kept(object_id=attempt.intent_id)

        look_again(event)
        queue.work_all(now=clock.now())

        assert db.session.scalars(sa.select(Payment.state)).all() == [PaymentState.DUE]

    @pytest.mark.parametrize(
        ("why", "kind"), [("live", SUCCEEDED), ("account", SUCCEEDED), ("version", "payout.paid")]
    )
    @pytest.mark.scenario(11)
    def test_is_not_for_what_cannot_be_asked_for(self, why, kind):
        event = kept(why=why, kind=kind)

        with pytest.raises(NewsStays):
            look_again(event)
        assert (row("evt_1").state, row("evt_1").why) == (EventState.QUARANTINED, why)

    def test_is_done_once(self):
        event = kept()
        look_again(event)

        with pytest.raises(NewsStays):
            look_again(event)

    def test_is_of_news_that_there_is(self):
        with pytest.raises(NotFound):
            events.look_again(99, by=HOUSE, now=NOW)


class TestPages:
    @pytest.fixture(autouse=True)
    def finance(self, log_in):
        log_in(make_staff(Role.FINANCE))

    @pytest.mark.scenario(11)
    @pytest.mark.parametrize(
        ("why", "said"),
        [
            ("live", "It is of another environment"),
            ("version", "in a version that the house does not speak"),
            ("account", "It is of another account"),
        ],
    )
    def test_say_why(self, client, why, said):
        kept(why=why)
        kept(why=why)

        page = client.get(LIST).text

        assert said in page
        assert "evt_1" in page
        assert "2 times" in page
        assert ("Ask the provider again" in page) is (why == "version")

    def test_show_no_news_that_was_for_us(self, client):
        kept(why="")

        assert "Nothing in quarantine" in client.get(LIST).text

    @pytest.mark.parametrize(
        ("asked", "found"),
        [("live", ["evt_live"]), ("version", ["evt_version"]), ("x", ["evt_live", "evt_version"])],
    )
    def test_filter_by_why(self, client, asked, found):
        for why in ("live", "version"):
            kept(f"evt_{why}", why)

        page = client.get(f"{LIST}?motivo={asked}").text

        assert [name for name in ("evt_live", "evt_version") if name in page] == found
        assert "Another environment (1)" in page

    def test_have_an_end_and_keep_the_filter(self, client, monkeypatch):
        monkeypatch.setattr(views, "SHOWN", 1)
        for number in (1, 2):
            kept(f"evt_n{number}")

        page = client.get(f"{LIST}?motivo=version&pagina=2").text

        assert "evt_n1" in page
        assert "evt_n2" not in page
        assert "motivo=version" in page

    def test_ask_again(self, client):
        event = kept()

        answer = client.post(f"{LIST}/{event.id}/nova-consulta", follow_redirects=True)

        assert "The provider is asked again" in answer.text
        assert row("evt_1").state is EventState.WAITING
        again = client.post(f"{LIST}/{event.id}/nova-consulta", follow_redirects=True)
        assert "cannot be looked at again" in again.text

    def test_ask_nothing_for_who_only_looks(self, client, log_in):
        event = kept()
        log_in(make_staff(Role.HEAD))

        assert "Ask the provider again" not in client.get(LIST).text
        assert client.post(f"{LIST}/{event.id}/nova-consulta").status_code == 403

    def test_are_linked_from_the_days(self, client):
        assert f'href="{LIST}"' in client.get("/gestao/conciliacao").text
