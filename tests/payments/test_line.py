import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import NamedTuple

import pytest
import stripe

from marketplace.payments.line import Line
from tests.browser import served

LIMITS = (2.0, 5.0)
SHORT = (2.0, 0.05)
SAID = "a=1"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"


class There(NamedTuple):
    url: str
    calls: list
    shown_to_proxy: list


def asked(line, address, body=None):
    return line.request("post" if body else "get", address, {"Authorization": "Bearer key"}, body)


@pytest.fixture
def there():
    """A place that says what it was asked, and sends elsewhere who asks for that."""
    calls, shown_to_proxy = [], []

    def place(environ, start):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        told = environ["HTTP_AUTHORIZATION"], environ["wsgi.input"].read(size).decode()
        calls.append((environ["REQUEST_METHOD"], environ["HTTP_HOST"], *told))
        shown_to_proxy.append(environ.get("HTTP_PROXY_AUTHORIZATION"))
        away = environ["PATH_INFO"] == "/away"
        start("302 Found" if away else "200 OK", [("Location", "/"), ("Request-Id", "req_1")])
        return [b"here"]

    with served(place) as url:
        yield There(url, calls, shown_to_proxy)


@contextmanager
def says(words, *, and_hangs_up, after=SAID) -> Iterator[str]:
    """A place that answers one call, which ends so, with these bytes; and hangs up, or waits."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            line, _who = door.accept()
            with line:
                heard = b""
                while not heard.endswith(after.encode()):  # it may come in pieces
                    heard += line.recv(65536)
                line.sendall(words)
                if not and_hangs_up:
                    line.recv(1)  # until the caller does

        thread = Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join()


def test_carries_a_call_there_and_its_answer_back(there):
    url, calls, _shown = there

    body, status, headers = asked(Line(url, limits=LIMITS, connections=1), f"{url}/v1", "a=1")

    assert (body, status, headers["request-id"]) == (b"here", 200, "req_1")
    assert calls == [("POST", url.removeprefix("http://"), "Bearer key", "a=1")]


def test_takes_the_key_nowhere_else(there):
    url, calls, _shown = there

    _body, status, _headers = asked(Line(url, limits=LIMITS, connections=1), f"{url}/away")

    assert (status, len(calls)) == (302, 1)


def test_goes_by_the_proxy_of_the_environment(there, monkeypatch):
    url, calls, _shown = there
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    away, beside = "http://elsewhere.invalid", "http://127.0.0.1:1"

    asked(Line(away, limits=LIMITS, connections=1), away)
    with pytest.raises(stripe.APIConnectionError) as failed:
        asked(Line(beside, limits=LIMITS, connections=1), beside)

    assert [call[1] for call in calls] == ["elsewhere.invalid"]
    assert failed.value.should_retry


@pytest.mark.parametrize("before", ["", "http://"])
def test_tells_a_proxy_who_asks(there, monkeypatch, before):
    monkeypatch.setenv(
        "http_proxy", f"{before}pa%40neiro:w%3Ard@{there.url.removeprefix('http://')}"
    )
    monkeypatch.setenv("no_proxy", "")
    away = "http://elsewhere.invalid"

    asked(Line(away, limits=LIMITS, connections=1), away)

    assert there.shown_to_proxy == [f"Basic {b64encode(b'pa@neiro:w:rd').decode()}"]


@pytest.mark.parametrize("address", ["https://", "http://"])
def test_takes_no_answer_of_who_cannot_prove_who_it_is(there, monkeypatch, address):
    """What is not TLS at all will not be the next time; that nobody is there may pass."""
    monkeypatch.setenv("no_proxy", "*")
    place = there.url.removeprefix("http://") if address == "https://" else "127.0.0.1:1"

    with pytest.raises(stripe.APIConnectionError) as failed:
        asked(Line("https://x", limits=LIMITS, connections=1), f"{address}{place}")

    assert failed.value.should_retry == (address == "http://")
    assert there.calls == []


@pytest.mark.parametrize("words", [b"", HALF], ids=["nothing", "half"])
def test_knows_nothing_of_a_call_whose_answer_takes_too_long(words):
    """As with the library's own way it is asked again, by the same key."""
    with says(words, and_hangs_up=False) as url:
        line = Line(url, limits=SHORT, connections=1)
        with pytest.raises(stripe.APIConnectionError, match="ReadTimeoutError") as failed:
            asked(line, url, SAID)
        line.close()

    assert failed.value.should_retry


@pytest.mark.parametrize(
    ("words", "again"),
    [
        (b"", True),
        (HALF, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{", False),
    ],
    ids=["nothing", "in its body", "in a chunk", "no chunk at all"],
)
def test_knows_nothing_of_a_call_whose_answer_is_cut_off(words, again):
    with (
        says(words, and_hangs_up=True) as url,
        pytest.raises(stripe.APIConnectionError) as failed,
    ):
        asked(Line(url, limits=LIMITS, connections=1), url, SAID)

    assert failed.value.should_retry == again


def test_leaves_an_answer_cut_off_in_its_head_to_the_library_as_a_fault_of_theirs():
    """That nothing follows is not known then; the gateway takes it for `Broken`, not declined."""
    with says(b"HTTP/1.1 200 OK\r\nContent-Le", and_hangs_up=True, after="\r\n\r\n") as url:
        line = Line(url, limits=LIMITS, connections=1)
        there = stripe.StripeClient(
            "sk_test_1", http_client=line, base_addresses={"api": url}, max_network_retries=0
        )
        with pytest.raises(stripe.APIError, match="Invalid response body"):
            there.v1.payment_intents.retrieve("pi_1")
