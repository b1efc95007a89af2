"""Every address that names a thing, with something odd in each place of an id: it is not there.

Whoever sees their own thing behind a door asks for it by what no thing is called. The answer is
404, for what is shown and for what is sent; nothing breaks, whatever the database. Left out, an id
leaves the address of something else, or of nothing.
"""

from urllib.parse import quote, urlsplit

import pytest

from tests.house.access_table import ALL, DOORS
from tests.house.test_access import ask, ids, silent

NUMBERS = [-1, 0, 2**31, 2**63 - 1, 2**63, 10**40, "1.0", "1e3", "1 ", "", "NaN", "١", "１"]  # noqa: RUF001
TEXTS = ["1' OR '1'='1", "<script>", "{{7*7}}", "..", "%2e%2e", "a?b", "💥", "a" * 4000]
BYTES = [b"1\0", b"\r\nA: b", b"\xff\xfe", b"\xed\xa0\x80"]
VALUES = [
    value if isinstance(value, bytes) else str(value).encode()
    for value in (*NUMBERS, *TEXTS, *BYTES)
]
MARK = "777777777"  # stands in an address for the value that will be odd


def asker(rule):
    """Return who of the cast sees a thing of theirs there, or at least enters."""
    door = DOORS[rule.endpoint]
    return next((name for name in ALL.split() if door.sees(name, "own")), door.enter.split()[0])


def addresses(app, name, known):
    """Yield each method and address, in parts around one id, at which this person asks."""
    for rule in app.url_map.iter_rules():
        for odd in rule.arguments if asker(rule) == name else ():
            taken = ids(rule, {"own": known}, "own") | {odd: MARK}
            before, after = app.url_map.bind("localhost").build(rule.endpoint, taken).split(MARK)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method, before.encode(), after.encode()


def status_of(client, method, path, send):
    """Ask by the very bytes of a path, and go where an answer to a doubled slash leads."""
    raw = {"PATH_INFO": path.decode("latin-1"), "REQUEST_URI": quote(path)}
    status, leads = ask(client, method, "/", send, environ_overrides=raw)
    if status == 308:
        return ask(client, method, urlsplit(leads).path, send)[0]
    return status


def test_there_are_enough_of_them():
    assert len(set(VALUES)) == len(VALUES) >= 19


@pytest.mark.parametrize("name", ALL.split())
def test_what_nothing_is_called_is_not_there(furnished, name, monkeypatch, record_property):
    app, known = furnished.app, furnished.named["own"]
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # a fault is a 500, as outside
    client, person, asked, wrong = app.test_client(), furnished.person(name), 0, []
    if person:
        client.log_in(person)
    for rule, method, before, after in addresses(app, name, known):
        for value in VALUES:
            asked += 1
            path, send = before + value + after, DOORS[rule.endpoint].send
            with silent(value != VALUES[0]):
                status = status_of(client, method, path, send)
            if status != 404 and (value or status >= 500):  # with nothing, another address
                wrong.append(f"{rule.endpoint} {method} {value[:40]!r}: {status}")
    record_property("odd", asked)
    record_property("odd_wrong", len(wrong))
    assert not wrong, "\n".join(wrong)
