"""Codes of an app, against the vectors of the standard."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.accounts import totp

KEY = b"12345678901234567890"
NOW = datetime(2026, 11, 24, 12, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(  # RFC 6238, appendix B, SHA-1
    ("second", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_agrees_with_the_standard(second, code):
    step = totp.step_at(datetime.fromtimestamp(second, UTC))

    assert totp.code_of(KEY, step, digits=8) == code
    assert totp.code_of(KEY, step) == code[-6:]


@pytest.mark.parametrize(
    ("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_takes_a_clock_that_is_half_a_minute_off(drift, taken):
    code = totp.code_of(KEY, totp.step_at(NOW) + drift)

    step = totp.step_of(code, KEY, NOW)

    assert step == (totp.step_at(NOW) + drift if taken else None)


def test_begins_a_step_at_each_half_minute():
    assert totp.step_at(NOW) == totp.step_at(NOW + timedelta(seconds=14))
    assert totp.step_at(NOW) + 1 == totp.step_at(NOW + timedelta(seconds=15))


def test_shows_a_key_as_people_type_it():
    typed = totp.shown(KEY)

    assert typed == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert base64.b32decode(typed.replace(" ", "")) == KEY


def test_tells_an_app_the_key_and_how_to_call_it():
    address = urlsplit(totp.address_of(KEY, account="dora@example.org", issuer="Feira & Cia"))

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Feira%20%26%20Cia%3Adora%40example.org"
    assert parse_qs(address.query)["issuer"] == ["Feira & Cia"]
    assert base64.b32decode(parse_qs(address.query)["secret"][0]) == KEY


def test_makes_a_key_of_160_bits_that_is_new_each_time():
    assert len({totp.new_key() for _ in range(9)}) == 9
    assert len(totp.new_key()) == 20
