import json
import urllib.request
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Bank
from tests.sandbox.goods import active_account, charge_of, paid_by_card, pix

ASKED: Any = {"amount": 900, "currency": "brl"}

pytestmark = pytest.mark.only("sqlite")  # it keeps a file of its own


def create(bank: Bank, key: str, **more: Any) -> Any:
    return bank.client.v1.payment_intents.create(ASKED | more, options={"idempotency_key": key})


class TestKeys:
    def test_tells_the_same_answer_again(self, bank: Bank) -> None:
        assert create(bank, "k").id == create(bank, "k").id
        assert len(bank.client.v1.payment_intents.list().data) == 1

    def test_refuses_other_words(self, bank: Bank) -> None:
        create(bank, "k")
        with pytest.raises(stripe.IdempotencyError):
            create(bank, "k", amount=901)

    def test_keeps_nothing_of_what_it_refused(self, bank: Bank) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            create(bank, "k", amount=1)
        assert create(bank, "k").amount == 900

    def test_forgets_after_a_day(self, bank: Bank) -> None:
        first = create(bank, "k")
        bank.wait(24 * 3600 + 1)
        assert create(bank, "k").id != first.id

    def test_belong_to_an_account(self, bank: Bank) -> None:
        account = active_account(bank)
        ours = create(bank, "k")
        options: Any = {"idempotency_key": "k", "stripe_account": account}
        assert bank.client.v1.payment_intents.create(ASKED, options=options).id != ours.id


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "error"),
        [("429", stripe.RateLimitError), ("500_before", stripe.APIError), ("409", stripe.APIError)],
    )
    def test_come_before_any_work(self, bank: Bank, kind: str, error: type[Exception]) -> None:
        bank.hand("fault", kind=kind, route="POST /v1/payment_intents")
        with pytest.raises(error):
            create(bank, "k")
        assert bank.client.v1.payment_intents.list().data == []
        assert create(bank, "k").amount == 900

    def test_may_come_after_the_work_and_are_told_again(self, bank: Bank) -> None:
        bank.hand("fault", kind="500_after", route="POST /v1/payment_intents")
        for _ in range(2):
            with pytest.raises(stripe.APIError):
                create(bank, "k")
        assert len(bank.client.v1.payment_intents.list().data) == 1

    def test_may_come_at_the_nth_call(self, bank: Bank) -> None:
        bank.hand("fault", kind="429", route="POST /v1/payment_intents", nth=2)
        create(bank, "a")
        with pytest.raises(stripe.RateLimitError):
            create(bank, "b")
        create(bank, "c")

    def test_may_garble_an_answer(self, bank: Bank) -> None:
        bank.hand("fault", kind="garbage")
        with pytest.raises(stripe.APIError):
            create(bank, "k")


class TestLists:
    def test_go_page_by_page(self, bank: Bank) -> None:
        made = [create(bank, str(number)).id for number in range(5)]
        first = bank.client.v1.payment_intents.list({"limit": 2})
        assert ([one.id for one in first.data], first.has_more) == (made[:2:-1], True)
        rest = bank.client.v1.payment_intents.list({"limit": 3, "starting_after": made[3]})
        assert ([one.id for one in rest.data], rest.has_more) == (made[2::-1], False)

    def test_name_what_they_are_of(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        paid_by_card(bank, 20_000)
        bank.client.v1.refunds.create({"charge": charge})
        assert len(bank.client.v1.refunds.list({"charge": charge}).data) == 1
        moves = bank.client.v1.balance_transactions.list({"type": "refund"})
        assert [moved.amount for moved in moves.data] == [-10_000]

    def test_tell_events_by_kind(self, bank: Bank) -> None:
        paid_by_card(bank, 10_000)
        kinds: Any = {"types": ["charge.succeeded"]}
        assert [event.type for event in bank.client.v1.events.list(kinds).data] == [
            "charge.succeeded"
        ]


class TestAccounts:
    def test_are_the_same_in_both_generations(self, bank: Bank) -> None:
        account = active_account(bank)
        assert bank.client.v1.accounts.retrieve(account).capabilities.transfers == "active"
        assert [one.id for one in bank.client.v2.core.accounts.list().data] == [account]

    def test_are_set_up_by_a_link_that_serves_once(self, bank: Bank) -> None:
        account = active_account(bank)
        bank.hand("capability", account=account, state="restricted")
        urls: Any = {"refresh_url": f"{bank.url}/entregas", "return_url": f"{bank.url}/"}
        made = bank.client.v1.account_links.create(
            {"account": account, "type": "account_onboarding"} | urls
        )
        page = urllib.request.Request(made.url, b"outcome=complete")  # noqa: S310 - this machine
        with urllib.request.urlopen(page) as answer:  # noqa: S310
            assert f'<a href="{bank.url}/">' in answer.read().decode()
        state = bank.client.v1.accounts.retrieve(account).payouts_enabled
        assert state is True
        with urllib.request.urlopen(made.url) as answer:  # noqa: S310
            assert answer.url == f"{bank.url}/entregas"

    def test_stay_closed(self, bank: Bank) -> None:
        account = active_account(bank)
        assert bank.client.v2.core.accounts.close(account).closed is True
        newest = next(iter(bank.store.every("v2.core.event")))
        assert newest["type"] == "v2.core.account.closed"


class TestPages:
    def test_let_a_person_pay_by_card(self, bank: Bank) -> None:
        made = bank.client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "success_url": f"{bank.url}/?obrigado",
                "line_items": [
                    {"price_data": {"currency": "brl", "unit_amount": 5_000}, "quantity": 1}
                ],
            }  # type: ignore[typeddict-item]
        )
        assert "R$\N{NO-BREAK SPACE}50,00" in read(made.url)
        assert "recusou" in read(made.url, "outcome=declined")
        assert "Banco de ensaio" in read(made.url, "outcome=challenge_passed")
        assert bank.client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"

    def test_let_a_person_pay_a_pix(self, bank: Bank) -> None:
        made = pix(bank, 1_234)
        page = f"{bank.url}/pix/{made.id}"
        assert "R$\N{NO-BREAK SPACE}12,34" in read(page)
        assert 'xmlns="http://www.w3.org/2000/svg"' in read(f"{page}.svg")
        assert "Pago." in read(page, "outcome=paid")

    def test_let_a_pix_lapse_and_be_paid_late(self, bank: Bank) -> None:
        page = f"{bank.url}/pix/{pix(bank, 1_234).id}"
        assert "Pagar atrasado" in read(page, "outcome=lapse")
        assert "Pago." in read(page, "outcome=paid")

    def test_lead_nowhere_for_what_is_not_there(self, bank: Bank) -> None:
        with pytest.raises(urllib.error.HTTPError, match="404"):
            read(f"{bank.url}/pix/pi_none")


def test_becomes_again_what_it_was(bank: Bank) -> None:
    made = pix(bank, 1_234)
    with urllib.request.urlopen(f"{bank.url}/_sandbox/dump") as answer:  # noqa: S310 - this machine
        dumped = json.load(answer)
    bank.hand("pay", intent=made.id)
    bank.hand("restore", **dumped)
    assert bank.client.v1.payment_intents.retrieve(made.id).status == "requires_action"


def read(url: str, form: str = "") -> str:
    body = form.encode() if form else None
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:  # noqa: S310
        return str(answer.read().decode())
