"""The pages on which finance pays out."""

import csv
import io
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, files, limits
from marketplace.core.database import db
from marketplace.payments.models.payouts import BatchState, PayoutBatch, PayoutState
from marketplace.payments.operations import payouts
from marketplace.payments.views import payouts as views
from tests.factories.accounts import make_division, make_staff
from tests.factories.payouts import (
    NO_PIX,
    batch_of,
    finance,
    make_approved,
    make_batch,
    make_payable,
    payout_of,
)

LIST = "/gestao/repasses"


@pytest.fixture
def division():
    return make_division()


@pytest.fixture(autouse=True)
def user(division, log_in):
    found = make_staff(Role.FINANCE, division)
    log_in(found)
    return found


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


def post(client, path, **sent):
    return plain(client.post(f"{LIST}{path}", data=sent, follow_redirects=True))


class TestIndex:
    def test_says_who_will_be_in_the_next_batch_and_who_not(self, client, division):
        ready = make_payable(5_000, division=division)
        keyless = make_payable(7_000, division=division, **NO_PIX)

        page = plain(client.get(LIST))

        assert all(told in page for told in (ready.name, keyless.name, "R$50.00"))
        assert "The group has no Pix key." in page
        assert "Prepare a batch of 1 payout: R$50.00" in page

    def test_shows_nothing_of_another_division(self, client):
        batch = make_approved(5_000)

        page = client.get(LIST).text

        assert batch.payouts[0].enterprise.name not in page
        assert "No batch yet" in page
        assert client.get(f"{LIST}/{batch.id}").status_code == 404

    def test_leads_to_the_one_that_waits(self, client, division):
        batch = make_batch(5_000, division=division)

        page = client.get(LIST).text

        assert f'href="{LIST}/{batch.id}"' in page
        assert "See the batch that waits" in page
        assert "Prepare a batch" not in page

    def test_has_pages(self, client, division, monkeypatch):
        monkeypatch.setattr(views, "BATCHES_SHOWN", 1)
        first = make_approved(5_000, division=division)
        make_approved(6_000, division=division)

        assert f'href="{LIST}/{first.id}"' in client.get(f"{LIST}?pagina=2").text

    def test_offers_nothing_to_who_only_looks(self, client, division, log_in):
        make_payable(5_000, division=division)
        log_in(make_staff(Role.HEAD, division))

        assert "Prepare a batch" not in client.get(LIST).text

    def test_is_in_the_menu_where_a_provider_is_set_up(self, app, client, monkeypatch):
        assert f'href="{LIST}"' not in client.get("/gestao").text

        monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_1")
        assert f'href="{LIST}"' in client.get("/gestao").text


class TestTwoPeople:
    def test_one_prepares_and_another_approves(self, client, division, log_in):
        make_payable(5_000, division=division)

        page = post(client, "", division_id=division.id)
        batch_id = db.session.scalars(sa.select(PayoutBatch.id)).one()

        assert "another person of finance approves it" in page
        assert f"/{batch_id}/aprovacao" not in page
        assert "another person approves it" in post(client, f"/{batch_id}/aprovacao")
        log_in(make_staff(Role.FINANCE, division))
        assert "the bank can pay it" in post(client, f"/{batch_id}/aprovacao")
        assert batch_of(batch_id).state is BatchState.APPROVED

    def test_says_why_nothing_can_be_prepared(self, client, division):
        assert "nothing to pay out" in post(client, "", division_id=division.id)

    def test_knows_no_other_division(self, client):
        assert client.post(LIST, data={"division_id": make_division().id}).status_code == 404

    def test_says_what_was_left_out(self, client, division):
        batch = make_batch(5_000, 6_000, division=division)
        batch.payouts[0].enterprise.pix_key = "outra@exemplo.org"
        db.session.commit()

        page = post(client, f"/{batch.id}/aprovacao")

        assert "1 payout is not as it was prepared" in page
        assert "Its Pix key or account changed" in page

    def test_lets_a_batch_go(self, client, division):
        batch = make_batch(5_000, division=division)

        assert "nothing was paid" in post(client, f"/{batch.id}/descarte")
        assert "does not wait any more" in post(client, f"/{batch.id}/descarte")
        assert "The batch was let go." in client.get(f"{LIST}/{batch.id}").text


class TestProof:
    def test_is_noted_once_and_of_just_that_amount(self, client, division):
        (payout,) = make_approved(5_000, division=division).payouts
        path = f"/itens/{payout.id}/comprovante"

        assert "R$50.00 to the key +5592988887777" in plain(client.get(LIST + path))
        assert "of R$50.00, no more and no less" in post(client, path, amount="49,99", proof="E1")
        assert "The payout is confirmed." in post(client, path, amount="50,00", proof="E1")
        assert payout_of(payout.id).state is PayoutState.CONFIRMED
        assert "moved on in the meantime" in post(client, path, amount="50,00", proof="E1")

    def test_asks_for_both(self, client, division):
        (payout,) = make_approved(5_000, division=division).payouts

        page = post(client, f"/itens/{payout.id}/comprovante")

        assert "Write the amount." in page
        assert "Write the number." in page


class TestReturn:
    def test_is_noted_with_its_reason(self, client, division):
        (payout,) = make_approved(5_000, division=division).payouts

        assert "It came back" in client.get(f"{LIST}/itens/{payout.id}/devolucao").text
        page = post(client, f"/itens/{payout.id}/devolucao", reason="Conta encerrada")

        assert "will be in the next batch" in page
        assert "Conta encerrada" in page

    def test_asks_why(self, client, division):
        (payout,) = make_approved(5_000, division=division).payouts
        assert "Say why" in post(client, f"/itens/{payout.id}/devolucao")


class TestExport:
    def rows(self, client, batch):
        sheet = client.get(f"{LIST}/{batch.id}/lista.csv")
        return list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")), delimiter=";"))

    def test_has_what_the_bank_is_to_pay_and_opens_no_formula(self, client, division):
        batch = make_approved(5_000, division=division)
        (payout,) = batch.payouts

        _headers, row = self.rows(client, batch)

        assert row[:3] == [str(payout.id), payout.enterprise.name, "Maria das Dores"]
        assert row[3:6] == ["mobile", "'+5592988887777", "50,00"]

    def test_leaves_out_what_was_left_out(self, client, division):
        batch = make_batch(5_000, division=division)
        post(client, f"/{batch.id}/descarte")
        assert len(self.rows(client, batch)) == 1

    def test_is_paced(self, client, division, monkeypatch):
        batch = make_approved(5_000, division=division)
        monkeypatch.setattr(files, "EXPORTS_AN_HOUR", 1)
        monkeypatch.setattr(limits, "_paces", {})

        assert client.get(f"{LIST}/{batch.id}/lista.csv").status_code == 200
        assert client.get(f"{LIST}/{batch.id}/lista.csv").status_code == 429


class TestBankFile:
    def test_is_of_the_rows_that_were_approved_whatever_comes_later(self, client, division):
        batch = make_approved(5_000, 7_501, division=division)
        there = f"/gestao/repasses/{batch.id}/remessa.rem"
        assert "CNAB 240" in client.get(f"/gestao/repasses/{batch.id}").text

        answer = client.get(there)
        first = batch.payouts[0]
        by = {"by": finance(batch.division), "now": clock.now()}
        payouts.confirm_payout(first.id, amount_cents=first.amount_cents, proof="E1", **by)

        assert answer.mimetype == "text/plain"
        assert f"repasses-{batch.id}.rem" in answer.headers["Content-Disposition"]
        lines = answer.text.split("\r\n")
        assert [len(line) for line in lines] == [240] * 8 + [0]
        assert [line[119:134] for line in lines if line[13:14] == "A"] == [
            f"{cents:015d}" for cents in (5_000, 7_501)
        ]
        assert client.get(there).data == answer.data

    def test_is_not_there_before_the_approval_nor_without_an_account(self, app, client, division):
        batch = make_batch(5_000, division=division)
        there = f"/gestao/repasses/{batch.id}"
        assert "CNAB 240" not in client.get(there).text
        assert client.get(f"{there}/remessa.rem").status_code == 303
        payouts.approve_batch(batch.id, by=finance(batch.division), now=clock.now())
        with patch.dict(app.config, {"BANK_PAYER": {}}):
            assert "CNAB 240" not in client.get(there).text
            assert client.get(f"{there}/remessa.rem").status_code == 303
        assert client.get(f"{there}/remessa.rem").status_code == 200
