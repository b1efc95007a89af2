"""The pages on which finance brings the bank's answers."""

import io
from html import unescape
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow
from marketplace.payments.models.payouts import PayoutState
from tests.factories.accounts import make_division, make_staff
from tests.factories.bank_returns import bring, make_answer
from tests.factories.payouts import batch_of, make_approved

PAGE = "/gestao/repasses/retornos"


@pytest.fixture
def division():
    return make_division()


@pytest.fixture(autouse=True)
def user(division, log_in):
    found = make_staff(Role.FINANCE, division)
    log_in(found)
    return found


@pytest.fixture
def batch(division):
    return make_approved(5_000, 7_501, division=division)


def plain(answer):
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", "")


def send(client, batch, content, **more):
    sent = {"division_id": batch.division_id, "file": (io.BytesIO(content), "b.ret")} | more
    return client.post(PAGE, data=sent)


def states(batch):
    return [payout.state for payout in batch_of(batch.id).payouts]


def files():
    return db.session.scalars(sa.select(BankReturn)).all()


class TestCreate:
    def test_says_of_each_payment_what_became_of_it(self, client, batch):
        paid, refused = batch.payouts
        answer = send(client, batch, make_answer(batch, {refused.id: "AT"}))

        assert answer.status_code == 303
        page = plain(client.get(answer.location))
        for told in (paid.enterprise.name, "R$75.01", "The bank paid it. (00)", "b.ret"):
            assert told in page
        assert "The CPF or CNPJ is not that of who receives. (AT)" in page
        assert states(batch) == [PayoutState.CONFIRMED, PayoutState.RETURNED]
        shown = plain(client.get(f"/gestao/repasses/{batch.id}"))
        assert "The CPF or CNPJ is not that of who receives. (AT)" in shown
        assert "CNAB AT" not in shown
        assert "Paid: 1" in plain(client.get(PAGE))

    def test_says_that_it_came_before(self, client, batch):
        content = make_answer(batch)
        first = send(client, batch, content)
        again = send(client, batch, content)

        assert again.location == first.location
        assert "nothing changed" in plain(client.get(again.location))
        assert len(files()) == 1

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "not a return file"),
            (b"a;b\n", "not a return file"),
            (b"x" * 200_000, "not a return file"),
        ],
    )
    def test_says_plainly_what_is_no_such_file(self, client, batch, content, said):
        answer = send(client, batch, content)

        assert answer.status_code == 422
        assert said in plain(answer)
        assert "Nothing was taken in" in plain(answer)
        assert (files(), states(batch)) == ([], [PayoutState.APPROVED] * 2)

    def test_asks_for_the_file(self, client, batch):
        answer = client.post(PAGE, data={"division_id": batch.division_id})

        assert answer.status_code == 422
        assert "Choose the file." in plain(answer)

    def test_is_not_offered_without_the_account_that_pays(self, app, client, batch):
        content = make_answer(batch)
        with patch.dict(app.config, {"BANK_PAYER": {}}):
            assert "Bring a file" not in plain(client.get(PAGE))
            assert send(client, batch, content).status_code >= 400
        assert files() == []

    def test_moves_nothing_of_another_division(self, client, batch):
        other = make_approved(1_900)
        answer = send(client, other, make_answer(other))

        page = plain(client.get(answer.location))
        assert "Of another Division: 1" in page
        assert other.payouts[0].enterprise.name not in page
        assert states(other) == [PayoutState.APPROVED]


class TestRows:
    @pytest.fixture
    def there(self, batch):
        return f"{PAGE}/{bring(batch, make_answer(batch, {batch.payouts[0].id: 'X9'}))}"

    def look(self, client, note):
        row_id = db.session.scalars(sa.select(sa.func.min(BankReturnRow.id))).one()
        sent = {"data": {"note": note}, "follow_redirects": True}
        return client.post(f"{PAGE}/linhas/{row_id}/vista", **sent)

    def test_a_person_notes_what_they_did(self, client, there):
        page = plain(client.get(there))
        assert "The public list does not have this code: ask the bank. (X9)" in page
        assert "For a person: 1" in page

        assert self.look(client, " ").status_code == 422
        page = plain(self.look(client, "Falei com o banco"))

        assert "Falei com o banco" in page
        assert "Looked at: 1" in page
        assert self.look(client, "De novo").status_code == 409

    def test_head_reads_without_a_form(self, client, there, division, log_in):
        log_in(make_staff(Role.HEAD, division))
        for page in (plain(client.get(PAGE)), plain(client.get(there))):
            assert 'action="/gestao/repasses' not in page

    def test_it_is_of_its_division_alone(self, client, there, log_in):
        log_in(make_staff(Role.FINANCE, make_division()))
        assert client.get(there).status_code == 404
        assert "retorno.ret" not in plain(client.get(PAGE))


def test_is_empty_at_first(client):
    assert "No answer of the bank so far" in client.get(PAGE).text
