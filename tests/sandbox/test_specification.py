"""The watch over the sandbox sees what it is there to see."""

import pytest

from tests.sandbox.specification import Call, faults

pytestmark = pytest.mark.only("sqlite")  # it keeps a file of its own

BALANCE = {"object": "balance", "livemode": False, "available": [], "pending": []}


def test_says_nothing_of_a_call_as_described() -> None:
    assert faults(Call("GET", "/v1/balance", {}, 200, BALANCE)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"object": "scale"}, "answered.object may not be 'scale'"),
        ({"livemode": None}, "answered.livemode is null"),
        ({"livemode": 0}, "answered.livemode is no boolean: 0"),
        ({"weight": 1}, "answered.weight is unknown"),
        ({"pending": [{"amount": 1}]}, "answered.pending[0].currency is missing"),
        (
            {"pending": [{"amount": True, "currency": "brl"}]},
            "answered.pending[0].amount is no integer: True",
        ),
    ],
)
def test_names_what_an_answer_has_wrong(change: dict[str, object], said: str) -> None:
    assert faults(Call("GET", "/v1/balance", {}, 200, BALANCE | change)) == [said]


def test_names_what_a_request_may_not_say() -> None:
    sent = {"amount": 1, "currency": "brl", "payment_method_types": ["pix"]}
    intent = {"id": "pi_1", "object": "payment_intent", "created": 1, "livemode": False}
    call = Call("POST", "/v1/payment_intents", sent, 200, intent | {"status": "canceled"})
    assert faults(call) == ["sent.payment_method_types is unknown"]
