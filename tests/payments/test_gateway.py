from datetime import UTC, datetime, timedelta

import pytest

from marketplace.payments import gateway, payloads
from marketplace.payments.gateway import StripeGateway
from marketplace.payments.provider import Broken, Declined, NoAnswer, TooFast

HOUR = timedelta(hours=1)
INTENTS, REFUNDS = "POST /v1/payment_intents", "POST /v1/refunds"


def words(reference="a1", cents=12_345):
    return payloads.pix(reference, group="purchase_1", amount_cents=cents, seconds=1800)


def paid(stripe_here, bank, reference="a1"):
    intent = stripe_here.open_intent(words(reference), f"test:open:{reference}")
    bank.hand("pay", intent=intent.id)
    return stripe_here.intent(intent.id)


class TestCurrent:
    def test_is_none_where_no_key_is_set(self, app):
        assert gateway.current() is None

    def test_is_made_once(self, stripe_here):
        assert gateway.current() is stripe_here


class TestIntents:
    def test_opens_with_a_code_that_lives_as_asked(self, stripe_here, bank):
        intent = stripe_here.open_intent(words(), "test:open:1")

        now = datetime.fromtimestamp(bank.store.now(), UTC)
        assert (intent.status, intent.amount_cents) == ("requires_action", 12_345)
        assert "5406123.45" in intent.code
        assert abs(intent.expires_at - now - HOUR / 2) < timedelta(seconds=5)
        assert (intent.reference, intent.live, intent.is_paid) == ("a1", False, False)

    def test_meets_the_first_one_when_asked_again_with_the_same_key(self, stripe_here):
        first = stripe_here.open_intent(words(), "test:open:1")

        assert stripe_here.open_intent(words(), "test:open:1").id == first.id
        assert stripe_here.open_intent(words(), "test:open:2").id != first.id

    def test_tells_that_it_is_paid_and_what_is_kept_of_it(self, stripe_here, bank):
        intent = paid(stripe_here, bank)

        moved = stripe_here.movement_of(intent.charge_id)
        assert (intent.is_paid, intent.received_cents) == (True, 12_345)
        assert (moved.amount_cents, moved.fee_cents) == (12_345, 147)

    def test_is_cancelled_unless_it_is_paid(self, stripe_here, bank):
        open_one = stripe_here.open_intent(words(), "test:open:1")
        ended = stripe_here.cancel_intent(open_one.id, payloads.cancellation(), "test:cancel:1")
        assert ended.status == "canceled"

        late = paid(stripe_here, bank, "a2")
        with pytest.raises(Declined) as refused:
            stripe_here.cancel_intent(late.id, payloads.cancellation(), "test:cancel:2")
        assert refused.value.code == "payment_intent_unexpected_state"

    def test_is_found_by_its_reference(self, stripe_here):
        for number in range(3):
            stripe_here.open_intent(words(f"a{number}"), f"test:open:{number}")
        since = datetime.now(UTC) - HOUR

        assert stripe_here.find_intent("a1", since).reference == "a1"
        assert stripe_here.find_intent("a9", since) is None


class TestRefund:
    def test_gives_a_part_back_once(self, stripe_here, bank):
        intent = paid(stripe_here, bank)
        asked = payloads.refund("r1", intent_id=intent.id, amount_cents=345)

        back = stripe_here.refund(asked, "test:refund:1")

        assert (back.status, back.amount_cents, back.intent_id) == ("succeeded", 345, intent.id)
        assert stripe_here.refund(asked, "test:refund:1") == back
        assert stripe_here.find_money_back("r1", intent.id) == back
        assert stripe_here.find_money_back("r2", intent.id) is None
        assert stripe_here.money_back(back.id) == back


class TestNews:
    def test_lists_what_happened(self, stripe_here, bank):
        intent = paid(stripe_here, bank)

        told = list(stripe_here.news(datetime.now(UTC) - HOUR))

        assert told[0].kind == "payment_intent.succeeded"
        assert {one.object_id for one in told} == {intent.id, intent.charge_id}
        assert {one.version for one in told} == {"2026-10-28.endive"}


class TestTrouble:
    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            ({"kind": "429"}, TooFast),
            ({"kind": "500_before", "times": 2}, Broken),
            ({"kind": "500_after", "times": 2}, Broken),
            ({"kind": "garbage"}, Broken),
            ({"kind": "cut_after", "times": 2}, NoAnswer),
            ({"kind": "409", "times": 2}, NoAnswer),
        ],
        ids=lambda given: given["kind"] if isinstance(given, dict) else given.__name__,
    )
    def test_is_told_in_our_words(self, stripe_here, bank, fault, kind):
        bank.hand("fault", route=INTENTS, **fault)

        with pytest.raises(kind):
            stripe_here.open_intent(words(), "test:open:1")

    def test_is_got_over_once(self, stripe_here, bank):
        bank.hand("fault", route=INTENTS, kind="500_before")

        assert stripe_here.open_intent(words(), "test:open:1").status == "requires_action"

    def test_gives_up_on_who_does_not_answer(self, stripe_here, bank, monkeypatch):
        monkeypatch.setattr(gateway, "READ_SECONDS", 0.2)
        bank.hand("fault", route=INTENTS, kind="delay", seconds=0.6, times=2)
        impatient = StripeGateway(stripe_here.key, bank.url)

        with pytest.raises(NoAnswer):
            impatient.open_intent(words(), "test:open:1")

    def test_is_not_asked_for_a_while_after_five_failures(self, stripe_here, bank):
        bank.hand("fault", route="GET /v1/payment_intents", kind="500_before", times=10)
        for _ in range(5):
            with pytest.raises(Broken):
                stripe_here.intent("pi_1")

        bank.hand("calm")
        with pytest.raises(NoAnswer):
            stripe_here.intent("pi_1")

    def test_tells_no_text_of_theirs(self, stripe_here):
        with pytest.raises(Declined) as refused:
            stripe_here.intent("pi_of_bia_lima")

        assert str(refused.value) == "resource_missing"
        assert refused.value.request_id.startswith("req_")
        assert refused.value.__cause__ is None

    def test_is_refused_with_a_foreign_key(self, bank):
        stranger = StripeGateway("sk_live_stranger", bank.url)

        with pytest.raises(Declined):
            stranger.intent("pi_1")
