"""A sandbox served on this machine, whose every call is held against the description."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox import application, duties
from sandbox.store import Store
from sandbox.trees import decoded
from tests.browser import served
from tests.sandbox import specification
from tests.sandbox.specification import Call

KEY = "sk_test_for_tests"


class Watched:
    """A WSGI application that keeps each call of the interface beside what was answered."""

    def __init__(self, app: Any) -> None:
        self.app, self.calls = app, list[Call]()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = _Read(body)
        status: list[str] = []

        def started(said: str, headers: Any, *rest: Any) -> Any:
            status.append(said)
            return start(said, headers, *rest)

        answered = b"".join(self.app(environ, started))
        path = environ["PATH_INFO"]
        told = status[0].startswith("200") and answered.startswith(b"{")  # not spoiled on purpose
        if told and path.startswith(("/v1/", "/v2/")):
            self.calls.append(_call(environ, body, answered))
        return [answered]


class _Read:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def read(self, *_size: int) -> bytes:
        body, self.body = self.body, b""
        return body


def _call(environ: dict[str, Any], body: bytes, answered: bytes) -> Call:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if method in ("GET", "DELETE"):
        sent: Any = decoded(environ["QUERY_STRING"])
    else:
        sent = json.loads(body or b"{}") if path.startswith("/v2/") else decoded(body.decode())
    return Call(method, path, numbered(sent), 200, json.loads(answered))


def numbered(tree: Any) -> Any:
    """Return a form's tree with numbers and truth values as such: forms hold only text."""
    if isinstance(tree, dict):
        return {name: numbered(value) for name, value in tree.items() if name != "metadata"}
    if isinstance(tree, list):
        return [numbered(value) for value in tree]
    if tree in ("true", "false"):
        return tree == "true"
    return int(tree) if isinstance(tree, str) and tree.isdecimal() and len(tree) < 11 else tree


class Bank:
    """A sandbox being served: the library's client, the hands of tests, the store behind."""

    def __init__(self, url: str, store: Store) -> None:
        self.url, self.store = url, store
        self.client = stripe.StripeClient(KEY, base_addresses={"api": url}, max_network_retries=0)

    def hand(self, name: str, **sent: Any) -> Any:
        """Do something that no caller can: `/_sandbox/<name>`."""
        asked = urllib.request.Request(f"{self.url}/_sandbox/{name}", json.dumps(sent).encode())  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310 - this machine
            return json.load(answer)

    def wait(self, seconds: int) -> None:
        """Move the clock on, and let all happen that is due by then."""
        self.hand("clock", seconds=seconds)
        duties.do_due(self.store, self.url)

    def news(self) -> list[str]:
        """Return the kinds of all events, oldest first."""
        return [event["type"] for event in self.store.every("event")][::-1]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    """A sandbox; at the end, every call to it was as described, and so was each event's object."""
    app = application.create(tmp_path / "sandbox.db")
    watched, store = Watched(app), app.extensions["store"]
    with served(watched, to_the_end=True) as url:
        yield Bank(url, store)
    found = [fault for call in watched.calls for fault in specification.faults(call)]
    told = [event["data"]["object"] for event in store.every("event")]
    found += [fault for thing in told for fault in specification.object_faults(thing)]
    store.close()
    assert sorted(set(found)) == []
