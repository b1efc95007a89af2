import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import stripe

from tests.sandbox.conftest import Bank
from tests.sandbox.goods import active_account, pix

pytestmark = pytest.mark.only("sqlite")  # it keeps a file of its own


class Hook(BaseHTTPRequestHandler):
    """A peer that keeps what it is told, and answers what it is set to."""

    got: ClassVar[list[tuple[bytes, str]]] = []
    answer: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((body, self.headers["Stripe-Signature"]))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[str]:
    Hook.got, Hook.answer = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/aviso"
    server.shutdown()
    thread.join()
    server.server_close()


def endpoint(bank: Bank, url: str, *kinds: Any) -> Any:
    return bank.client.v1.webhook_endpoints.create({"url": url, "enabled_events": list(kinds)})


def read(secret: str, number: int = -1) -> Any:
    """Return an event that arrived, its signature checked by the provider's own library."""
    body, header = Hook.got[number]
    return stripe.Webhook.construct_event(body, header, secret)  # type: ignore[no-untyped-call]


def test_are_signed_and_only_of_the_kinds_asked_for(bank: Bank, hook: str) -> None:
    made = endpoint(bank, hook, "payment_intent.succeeded")
    intent = pix(bank, 1_000)
    bank.hand("pay", intent=intent.id)
    bank.hand("deliver")
    assert [read(made.secret).type] == ["payment_intent.succeeded"]
    assert len(Hook.got) == 1


def test_are_tried_again_and_given_up(bank: Bank, hook: str) -> None:
    endpoint(bank, hook, "payment_intent.created")
    Hook.answer = 500
    pix(bank, 1_000)
    for seconds in (0, 10, 60, 600, 6_000):
        bank.hand("clock", seconds=seconds) if seconds else None
        bank.hand("deliver")
    assert len(Hook.got) == 4
    assert [row["state"] for row in bank.hand("deliveries")] == ["given up"]


def test_are_held_and_sent_in_any_order_and_number(bank: Bank, hook: str) -> None:
    made = endpoint(bank, hook, "*")
    bank.hand("hold")
    pix(bank, 1_000)
    bank.hand("deliver")
    assert Hook.got == []
    created, waiting = [row["sequence"] for row in bank.hand("deliveries")]
    bank.hand("deliver", sequences=[waiting, created, waiting])
    kinds = [read(made.secret, number).type for number in range(3)]
    assert kinds == [
        "payment_intent.requires_action",
        "payment_intent.created",
        "payment_intent.requires_action",
    ]


@pytest.mark.parametrize("twist", [{"secret": "whsec_other"}, {"seconds": -301}])
def test_are_twisted(bank: Bank, hook: str, twist: dict[str, Any]) -> None:
    made = endpoint(bank, hook, "payment_intent.created")
    bank.hand("hold")
    pix(bank, 1_000)
    sequence = bank.hand("deliveries")[0]["sequence"]
    bank.hand("twist", sequence=sequence, **twist)
    bank.hand("deliver", sequences=[sequence])
    with pytest.raises(stripe.SignatureVerificationError):
        read(made.secret)


def test_are_signed_twice_while_a_secret_is_changed(bank: Bank, hook: str) -> None:
    made = endpoint(bank, hook, "payment_intent.created")
    new, old = bank.hand("rotate", endpoint=made.id)["secrets"]
    pix(bank, 1_000)
    bank.hand("deliver")
    assert read(new).id == read(old).id
    bank.hand("end-rotation", endpoint=made.id)
    pix(bank, 1_000)
    bank.hand("deliver")
    with pytest.raises(stripe.SignatureVerificationError):
        read(old)


def test_of_accounts_are_thin(bank: Bank, hook: str) -> None:
    kinds = ["v2.core.account[configuration.recipient].capability_status_updated"]
    asked: Any = {
        "name": "contas",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": kinds,
        "webhook_endpoint": {"url": hook},
    }
    made = bank.client.v2.core.event_destinations.create(asked)
    account = active_account(bank)
    bank.hand("deliver")
    body, header = Hook.got[0]
    told = bank.client.parse_event_notification(body, header, made.webhook_endpoint.signing_secret)
    assert (told.type, told.related_object.id) == (kinds[0], account)


def test_never_leave_this_machine(bank: Bank) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        endpoint(bank, "https://example.org/aviso", "*")
