"""The first pages: who sees what waits, and what does not concern them."""

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock, formats
from marketplace.enterprises.models import Standing
from marketplace.payments.queries.coming import coming
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_member, make_producer
from tests.factories.payouts import PIX, make_payable
from tests.factories.reports import make_fact


@pytest.fixture
def division():
    return make_division()


def staff(role, division, log_in):
    user = make_staff(role, division)
    log_in(user)
    return user


class TestToday:
    def test_greets_the_producer(self, client, log_in):
        user, _enterprise = make_producer()
        log_in(user)

        page = client.get("/painel")

        assert user.name.split()[0] in page.text
        assert "No order is waiting for you." in page.text

    def test_tells_a_group_that_waits_what_comes_next(self, client, log_in):
        user, _enterprise = make_producer(standing=Standing.SENT)
        log_in(user)

        assert "is being looked at" in client.get("/painel").text

    def test_adds_up_the_month(self, client, log_in):
        user, enterprise = make_producer()
        make_fact(enterprise, occurred_on=clock.today("America/Manaus"), gross_cents=123_45)
        log_in(user)

        assert "123.45" in client.get("/painel").text

    def test_says_when_the_money_arrives(self, client, log_in):
        user, enterprise = make_producer(enterprise=make_enterprise(**PIX))
        make_payable(7_100, debt=500, enterprise=enterprise)
        log_in(user)

        page = client.get("/painel").text

        day = formats.day(coming(enterprise, clock.now()).on)
        assert f"Arrives by {day}" in page
        assert "R$66.00" in page
        assert "Your group owes R$5.00" in page

    def test_says_why_it_does_not(self, client, log_in):
        user, enterprise = make_producer(enterprise=make_enterprise())
        make_payable(7_100, enterprise=enterprise)
        log_in(user)

        page = client.get("/painel").text

        assert "It waits until your group has a Pix key" in page
        assert "Arrives by" not in page


class TestDivision:
    def test_shows_the_year_and_who_sold_most(self, client, log_in, division):
        weavers = make_enterprise(division=division, name="Trançado do Norte")
        make_fact(weavers, occurred_on=clock.today("America/Manaus"), gross_cents=500_00)
        staff(Role.HEAD, division, log_in)

        page = client.get("/gestao")

        assert "Trançado do Norte" in page.text
        assert "R$500" in page.text.replace("\N{NO-BREAK SPACE}", "")

    def test_says_what_waits(self, client, log_in, division):
        make_member(
            make_enterprise(division=division, standing=Standing.SENT, name="Os que esperam")
        )
        staff(Role.ARTICULATION, division, log_in)

        page = client.get("/gestao")

        assert "1 registration waiting" in page.text
        assert "Os que esperam" in page.text

    def test_does_not_count_another_division(self, client, log_in, division):
        make_fact(make_enterprise(name="De outro lugar"), occurred_on=clock.today("America/Manaus"))
        staff(Role.HEAD, division, log_in)

        assert "De outro lugar" not in client.get("/gestao").text

    def test_shows_no_money_to_the_administrator(self, client, log_in, division):
        staff(Role.ADMINISTRATOR, division, log_in)

        assert "R$" not in client.get("/gestao").text

    @pytest.mark.parametrize("year", ["", "1", "abc", "2024"])
    def test_takes_any_year_it_offers_and_no_other(self, client, log_in, division, year):
        staff(Role.HEAD, division, log_in)

        assert client.get(f"/gestao?ano={year}").status_code == 200


class TestCouncil:
    def test_names_no_enterprise(self, client, log_in, division):
        weavers = make_enterprise(division=division, name="Trançado do Norte")
        make_fact(weavers, occurred_on=clock.today("America/Manaus"), gross_cents=500_00)
        staff(Role.COUNCIL, division, log_in)

        page = client.get("/conselho")

        assert "Trançado do Norte" not in page.text
        assert "R$500" in page.text.replace("\N{NO-BREAK SPACE}", "")


class TestLetters:
    def test_says_so_when_there_is_none(self, client, log_in, division, monkeypatch, tmp_path):
        monkeypatch.setitem(client.application.config, "SMTP_URL", f"file://{tmp_path}")
        staff(Role.HEAD, division, log_in)

        assert "No message yet." in client.get("/gestao/mensagens").text

    def test_finds_no_letter_that_is_not_kept(self, client, log_in, division):
        staff(Role.HEAD, division, log_in)

        assert client.get("/gestao/mensagens/none.eml").status_code == 404
