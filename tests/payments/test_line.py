import pytest
import stripe

from marketplace.payments.line import Line
from tests.browser import served

LIMITS = (2.0, 5.0)


def asked(line, address, body=None):
    return line.request("post" if body else "get", address, {"Authorization": "Bearer key"}, body)


@pytest.fixture
def there():
    """A place that says what it was asked, and sends elsewhere who asks for that."""
    calls = []

    def place(environ, start):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        told = environ["HTTP_AUTHORIZATION"], environ["wsgi.input"].read(size).decode()
        calls.append((environ["REQUEST_METHOD"], environ["HTTP_HOST"], *told))
        away = environ["PATH_INFO"] == "/away"
        start("302 Found" if away else "200 OK", [("Location", "/"), ("Request-Id", "req_1")])
        return [b"here"]

    with served(place) as url:
        yield url, calls


def test_carries_a_call_there_and_its_answer_back(there):
    url, calls = there

    body, status, headers = asked(Line(url, limits=LIMITS, connections=1), f"{url}/v1", "a=1")

    assert (body, status, headers["request-id"]) == (b"here", 200, "req_1")
    assert calls == [("POST", url.removeprefix("http://"), "Bearer key", "a=1")]


def test_takes_the_key_nowhere_else(there):
    url, calls = there

    _body, status, _headers = asked(Line(url, limits=LIMITS, connections=1), f"{url}/away")

    assert (status, len(calls)) == (302, 1)


def test_goes_by_the_proxy_of_the_environment(there, monkeypatch):
    url, calls = there
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    away, beside = "http://elsewhere.invalid", "http://127.0.0.1:1"

    asked(Line(away, limits=LIMITS, connections=1), away)
    with pytest.raises(stripe.APIConnectionError) as failed:
        asked(Line(beside, limits=LIMITS, connections=1), beside)

    assert [call[1] for call in calls] == ["elsewhere.invalid"]
    assert failed.value.should_retry
