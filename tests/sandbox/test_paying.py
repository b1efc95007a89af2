import pytest
import stripe

from marketplace.payments.boleto import bar_code
from tests.sandbox.conftest import Bank
from tests.sandbox.goods import boleto, paid_by_card, pix, session

pytestmark = pytest.mark.only("sqlite")  # it keeps a file of its own


class TestPix:
    def test_waits_with_a_code_and_is_paid(self, bank: Bank) -> None:
        intent = pix(bank, 12_345)
        assert intent.status == "requires_action"
        assert "5406123.45" in intent.next_action.pix_display_qr_code.data
        bank.hand("pay", intent=intent.id)
        assert bank.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
        assert bank.news() == [
            "payment_intent.created",
            "payment_intent.requires_action",
            "charge.succeeded",
            "payment_intent.succeeded",
        ]

    def test_lapses_and_is_paid_late(self, bank: Bank) -> None:
        intent = pix(bank, 1_000, seconds=600)
        bank.wait(599)
        assert bank.client.v1.payment_intents.retrieve(intent.id).status == "requires_action"
        bank.wait(1)
        lapsed = bank.client.v1.payment_intents.retrieve(intent.id)
        assert lapsed.status == "requires_payment_method"
        assert bank.news()[-1] == "payment_intent.payment_failed"
        bank.hand("pay", intent=intent.id)
        assert bank.client.v1.payment_intents.retrieve(intent.id).amount_received == 1_000

    @pytest.mark.parametrize("seconds", [59, 1_209_601])
    def test_refuses_a_life_out_of_bounds(self, bank: Bank, seconds: int) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            pix(bank, 1_000, seconds=seconds)
        assert refused.value.param == "expires_after_seconds"

    def test_cannot_be_canceled_once_paid(self, bank: Bank) -> None:
        intent = pix(bank, 1_000)
        bank.hand("pay", intent=intent.id)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.payment_intents.cancel(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"


class TestBoleto:
    def test_is_payable_until_the_end_of_its_day_in_sao_paulo(self, bank: Bank) -> None:
        bank.hand("clock", at=1_798_000_000)  # 2026-12-23 01:26 in São Paulo
        until = boleto(bank, 2_000, days=3).next_action.boleto_display_details.expires_at
        assert until == 1_798_340_399  # 2026-12-26 23:59:59 there

    def test_has_a_number_with_right_check_digits_and_a_bank_that_is_none(self, bank: Bank) -> None:
        number = boleto(bank, 2_000).next_action.boleto_display_details.number
        assert bar_code(number).startswith("0009")
        assert number.endswith("0000002000")

    def test_asks_who_pays(self, bank: Bank) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            boleto(bank, 2_000, tax_id="")
        assert refused.value.param == "payment_method_data[boleto][tax_id]"

    @pytest.mark.parametrize("centavos", [499, 5_000_000])
    def test_refuses_amounts_that_no_boleto_has(self, bank: Bank, centavos: int) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            boleto(bank, centavos)
        assert refused.value.param == "amount"


class TestSession:
    def test_is_paid_by_card(self, bank: Bank) -> None:
        made = session(bank, 5_000, 2)
        assert (made.amount_total, made.payment_status) == (10_000, "unpaid")
        bank.hand("pay-card", session=made.id)
        paid = bank.client.v1.checkout.sessions.retrieve(made.id)
        assert (paid.status, paid.payment_status) == ("complete", "paid")
        assert bank.news() == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed",
        ]

    def test_stays_open_when_a_card_is_declined(self, bank: Bank) -> None:
        made = session(bank, 5_000)
        bank.hand("decline-card", session=made.id)
        assert bank.client.v1.checkout.sessions.retrieve(made.id).status == "open"
        assert bank.news()[1:] == ["charge.failed", "payment_intent.payment_failed"]

    def test_expires_with_its_intent(self, bank: Bank) -> None:
        made = session(bank, 5_000)
        bank.client.v1.checkout.sessions.expire(made.id)
        assert bank.client.v1.payment_intents.retrieve(made.payment_intent).status == "canceled"

    def test_cannot_be_expired_once_complete(self, bank: Bank) -> None:
        made = paid_by_card(bank, 5_000)
        with pytest.raises(stripe.InvalidRequestError):
            bank.client.v1.checkout.sessions.expire(made.id)

    def test_ends_by_itself(self, bank: Bank) -> None:
        made = session(bank, 5_000)
        bank.wait(24 * 3600)
        assert bank.client.v1.checkout.sessions.retrieve(made.id).status == "expired"

    def test_protects_its_intent(self, bank: Bank) -> None:
        made = session(bank, 5_000)
        with pytest.raises(stripe.InvalidRequestError):
            bank.client.v1.payment_intents.cancel(made.payment_intent)

    def test_lists_what_was_bought(self, bank: Bank) -> None:
        made = session(bank, 5_000, 2)
        items = bank.client.v1.checkout.sessions.line_items.list(made.id)
        assert [(item.quantity, item.amount_total) for item in items.data] == [(2, 10_000)]


class TestRefusals:
    @pytest.mark.parametrize(
        ("more", "param", "code"),
        [
            ({"payment_method_types": ["pix"]}, "payment_method_types", "parameter_unknown"),
            ({"amount": "19.99"}, "amount", "parameter_invalid_integer"),
            ({"payment_method_data": {"type": "pixx"}}, "payment_method_data[type]", None),
            ({"currency": "usd"}, "currency", "invalid_currency"),
            ({"amount": 1}, "amount", "amount_too_small"),
            ({"metadata": {"k" * 41: "v"}}, "metadata", None),
        ],
    )
    def test_names_what_is_wrong(
        self, bank: Bank, more: dict[str, object], param: str, code: str | None
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.payment_intents.create({"amount": 900, "currency": "brl"} | more)  # type: ignore[arg-type]
        assert (refused.value.param, refused.value.code) == (param, code)

    def test_takes_no_live_key(self, bank: Bank) -> None:
        client = stripe.StripeClient("sk_live_x", base_addresses={"api": bank.url})
        with pytest.raises(stripe.AuthenticationError):
            client.v1.balance.retrieve()

    def test_knows_its_own_paths_only(self, bank: Bank) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.client.v1.coupons.list()
        assert refused.value.http_status == 404
