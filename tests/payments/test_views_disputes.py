"""The pages on which finance answers what buyers' banks dispute."""

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.payments.models.disputes import Dispute, DisputeState
from marketplace.payments.models.online import CallKind, ProviderCall
from marketplace.payments.operations import disputes
from marketplace.payments.views import disputes as views
from tests.factories.accounts import make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.online import make_dispute

LIST = "/gestao/contestacoes"
EVIDENCE = ProviderCall.kind == CallKind.EVIDENCE


@pytest.fixture(autouse=True)
def finance(log_in):
    user = make_staff(Role.FINANCE)
    log_in(user)
    return user


def page_of(dispute):
    return f"{LIST}/{dispute.id}"


def again(dispute):
    return db.session.get_one(Dispute, dispute.id, populate_existing=True)


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


class TestIndex:
    def test_shows_first_what_waits_for_an_answer(self, client):
        lost = make_dispute(7_000, status="lost")
        make_dispute(5_000, reason="product_not_received")

        page = plain(client.get(LIST))

        assert page.index("R$50.00") < page.index("R$70.00")
        assert f'href="{page_of(lost)}"' in page
        assert all(said in page for said in ("nothing arrived", "Waits for our answer", "Lost"))

    def test_says_so_when_there_is_none(self, client):
        assert "No payment is disputed" in client.get(LIST).text

    def test_has_pages(self, client, monkeypatch):
        monkeypatch.setattr(views, "SHOWN", 1)
        make_dispute(7_000)
        make_dispute(5_000)

        pages = [plain(client.get(f"{LIST}?pagina={number}")) for number in (1, 2)]

        assert ["R$70.00" in page for page in pages] == [True, False]
        assert ["R$50.00" in page for page in pages] == [False, True]


class TestShow:
    def test_tells_whose_shares_wait_and_until_when(self, client):
        group = make_enterprise(name="Trançado Kambeba")

        page = plain(client.get(page_of(make_dispute(5_000, enterprise=group))))

        assert all(said in page for said in ("Trançado Kambeba", "R$50.00", "R$0.60", "R$55.00"))
        assert "One answer, until" in page

    def test_offers_no_answer_once_the_term_is_over(self, client):
        page = client.get(page_of(make_dispute(answer_by=clock.now()))).text

        assert "Its term is over" in page
        assert "<textarea" not in page

    def test_offers_no_answer_to_who_only_looks(self, client, log_in):
        dispute = make_dispute()
        log_in(make_staff(Role.HEAD))

        assert "<textarea" not in client.get(page_of(dispute)).text

    def test_says_that_the_provider_did_not_take_it(self, client, finance):
        dispute = make_dispute()
        client.post(page_of(dispute), data={"answer": "Entregue na feira."})
        call = db.session.scalars(sa.select(ProviderCall).where(EVIDENCE)).one()

        disputes.take_answer(call.id, dispute.id, refusal="resource_missing", now=clock.now())

        assert "did not take the answer" in client.get(page_of(dispute)).text


class TestCreateAnswer:
    def test_is_sent_once(self, client):
        dispute = make_dispute()

        first = client.post(page_of(dispute), data={"answer": "Entregue na feira."})
        second = client.post(page_of(dispute), data={"answer": "Outra."}, follow_redirects=True)

        assert first.status_code == 303
        assert again(dispute).state is DisputeState.ANSWERED
        assert "cannot be answered any more" in second.text
        assert (
            "Entregue na feira."
            in db.session.scalars(sa.select(ProviderCall.words).where(EVIDENCE)).one()
        )

    def test_keeps_the_page_where_nothing_is_said(self, client):
        dispute = make_dispute()

        answer = client.post(page_of(dispute), data={"answer": " "})

        assert answer.status_code == 422
        assert "Write what speaks for those who sold." in answer.text

    def test_keeps_what_was_typed_where_it_is_too_long(self, client):
        dispute = make_dispute()

        answer = client.post(page_of(dispute), data={"answer": "Longa. " * 1000})

        assert (answer.status_code, "Longa. Longa." in answer.text) == (422, True)
