from typing import Any
from urllib.error import HTTPError

import pytest
import stripe

from tests.sandbox.conftest import Bank
from tests.sandbox.goods import active_account, boleto, charge_of, paid_by_card, pix

pytestmark = pytest.mark.only("sqlite")  # it keeps a file of its own

DAY = 86_400


def pending(bank: Bank) -> int:
    return int(bank.client.v1.balance.retrieve().pending[0].amount)


class TestRefund:
    def test_gives_parts_back_until_nothing_is_left(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        bank.client.v1.refunds.create({"charge": charge, "amount": 4_000})
        bank.client.v1.refunds.create({"charge": charge})
        kept = bank.client.v1.charges.retrieve(charge)
        assert (kept.amount_refunded, kept.refunded) == (10_000, True)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.refunds.create({"charge": charge, "amount": 1})
        assert refused.value.code == "charge_already_refunded"

    def test_keeps_the_fee(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        assert pending(bank) == 10_000 - 438  # 3.99 % and 39 centavos
        bank.client.v1.refunds.create({"charge": charge})
        available = bank.client.v1.balance.retrieve().available[0].amount
        assert (pending(bank), available) == (9_562, -10_000)

    def test_refuses_more_than_is_left(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.refunds.create({"charge": charge, "amount": 10_001})
        assert refused.value.param == "amount"

    def test_refuses_a_boleto(self, bank: Bank) -> None:
        made = boleto(bank, 2_000)
        bank.hand("pay", intent=made.id)
        with pytest.raises(stripe.InvalidRequestError):
            bank.client.v1.refunds.create({"payment_intent": made.id})

    def test_refuses_a_pix_after_ninety_days(self, bank: Bank) -> None:
        made = pix(bank, 2_000)
        bank.hand("pay", intent=made.id)
        bank.wait(90 * DAY + 60)
        with pytest.raises(stripe.InvalidRequestError):
            bank.client.v1.refunds.create({"payment_intent": made.id})

    def test_fails_a_day_later(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        bank.hand("next-refund", fate="failed")
        refund = bank.client.v1.refunds.create({"charge": charge, "amount": 2_500})
        assert refund.status == "pending"
        bank.wait(DAY)
        assert bank.client.v1.refunds.retrieve(refund.id).status == "failed"
        assert bank.client.v1.charges.retrieve(charge).amount_refunded == 0
        assert "refund.failed" in bank.news()

    def test_arrives_a_day_later(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        bank.hand("next-refund", fate="later")
        refund = bank.client.v1.refunds.create({"charge": charge, "amount": 2_500})
        assert refund.status == "pending"
        bank.wait(DAY)
        assert bank.client.v1.refunds.retrieve(refund.id).status == "succeeded"
        assert bank.client.v1.charges.retrieve(charge).amount_refunded == 2_500
        assert "refund.updated" in bank.news()

    def test_has_no_other_fate(self, bank: Bank) -> None:
        with pytest.raises(HTTPError):
            bank.hand("next-refund", fate="never")


class TestTransfer:
    def test_follows_its_charge(self, bank: Bank) -> None:
        account, charge = active_account(bank), charge_of(bank, paid_by_card(bank, 10_000))
        made = transfer(bank, 6_000, account, source_transaction=charge)
        moved = bank.client.v1.balance_transactions.retrieve(made.balance_transaction)
        assert (moved.amount, moved.status) == (-6_000, "pending")
        theirs = bank.client.v1.balance.retrieve(options={"stripe_account": account})
        assert theirs.pending[0].amount == 6_000

    def test_never_comes_to_more_than_its_charge(self, bank: Bank) -> None:
        account, charge = active_account(bank), charge_of(bank, paid_by_card(bank, 10_000))
        transfer(bank, 6_000, account, source_transaction=charge)
        with pytest.raises(stripe.InvalidRequestError):
            transfer(bank, 4_001, account, source_transaction=charge)

    def test_needs_money_at_hand_without_one(self, bank: Bank) -> None:
        account = active_account(bank)
        paid_by_card(bank, 10_000)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transfer(bank, 100, account)
        assert refused.value.code == "balance_insufficient"
        bank.wait(30 * DAY)
        assert transfer(bank, 100, account).amount == 100

    @pytest.mark.parametrize("state", ["pending", "restricted"])
    def test_refuses_an_account_that_may_not_be_paid(self, bank: Bank, state: str) -> None:
        account, charge = active_account(bank), charge_of(bank, paid_by_card(bank, 10_000))
        bank.hand("capability", account=account, state=state)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transfer(bank, 100, account, source_transaction=charge)
        assert refused.value.code == "insufficient_capabilities_for_transfer"

    @pytest.mark.parametrize("centavos", [0, -1])
    def test_refuses_nothing_and_less(self, bank: Bank, centavos: int) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            transfer(bank, centavos, active_account(bank))

    def test_is_taken_back_in_parts(self, bank: Bank) -> None:
        account, charge = active_account(bank), charge_of(bank, paid_by_card(bank, 10_000))
        made = transfer(bank, 6_000, account, source_transaction=charge)
        bank.client.v1.transfers.reversals.create(made.id, {"amount": 1_000})
        bank.client.v1.transfers.reversals.create(made.id)
        kept = bank.client.v1.transfers.retrieve(made.id)
        assert (kept.amount_reversed, kept.reversed, len(kept.reversals.data)) == (6_000, True, 2)

    def test_is_not_taken_back_from_who_has_it_no_more(self, bank: Bank) -> None:
        account, charge = active_account(bank), charge_of(bank, paid_by_card(bank, 10_000))
        made = transfer(bank, 6_000, account, source_transaction=charge)
        bank.wait(30 * DAY)
        payout: Any = {"amount": 5_500, "currency": "brl"}
        bank.client.v1.payouts.create(payout, options={"stripe_account": account})
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.transfers.reversals.create(made.id)
        assert refused.value.code == "balance_insufficient"


class TestPayout:
    def test_arrives(self, bank: Bank) -> None:
        paid_by_card(bank, 10_000)
        bank.wait(30 * DAY)
        made = bank.client.v1.payouts.create({"amount": 9_000, "currency": "brl"})
        bank.wait(DAY)
        assert bank.client.v1.payouts.retrieve(made.id).status == "paid"
        assert bank.news()[-2:] == ["payout.paid", "payout.reconciliation_completed"]

    def test_comes_back(self, bank: Bank) -> None:
        paid_by_card(bank, 10_000)
        bank.wait(30 * DAY)
        made = bank.client.v1.payouts.create({"amount": 9_000, "currency": "brl"})
        bank.hand("fail-payout", payout=made.id)
        assert bank.client.v1.balance.retrieve().available[0].amount == 9_562


class TestDispute:
    def test_takes_the_money_and_gives_it_back_when_won(self, bank: Bank) -> None:
        charge = charge_of(bank, paid_by_card(bank, 10_000))
        made = bank.hand("dispute", charge=charge)
        assert made["status"] == "needs_response"
        assert bank.client.v1.balance.retrieve().available[0].amount == -15_500
        bank.client.v1.disputes.update(
            made["id"], {"evidence": {"product_description": "Cesto"}, "submit": True}
        )
        bank.hand("decide", dispute=made["id"], won=True)
        assert bank.client.v1.disputes.retrieve(made["id"]).status == "won"
        assert bank.client.v1.balance.retrieve().available[0].amount == -5_500

    def test_may_be_given_in_to(self, bank: Bank) -> None:
        made = bank.hand("dispute", charge=charge_of(bank, paid_by_card(bank, 10_000)))
        assert bank.client.v1.disputes.close(made["id"]).status == "lost"
        with pytest.raises(stripe.InvalidRequestError):
            bank.client.v1.disputes.close(made["id"])

    def test_of_a_pix_is_lost_at_once(self, bank: Bank) -> None:
        made = pix(bank, 10_000)
        bank.hand("pay", intent=made.id)
        assert bank.hand("dispute", charge=charge_of(bank, made))["status"] == "lost"


def transfer(bank: Bank, centavos: int, account: str, **more: Any) -> Any:
    asked: Any = {"amount": centavos, "currency": "brl", "destination": account, **more}
    return bank.client.v1.transfers.create(asked)
