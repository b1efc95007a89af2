import pytest

from marketplace.core import strict_json
from marketplace.core.strict_json import DEEPEST, BadJson


def nested(depth):
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"a": [1, "\\u00e7", null, true]}', {"a": [1, "ç", None, True]}),
        (b"-1", -1),
        (b"12345678901234567890", 12345678901234567890),
    ],
)
def test_reads_what_is_sane(body, told):
    assert strict_json.read(body) == told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b"-Infinity",
        b"1.0",
        b"1e3",
        b"123456789012345678901",
        b'{"a": 1, "a": 1}',
        b'[{"b": {"a": 1, "a": 2}}]',
        nested(100_000),
    ],
)
def test_refuses_what_nobody_means(body):
    with pytest.raises(BadJson):
        strict_json.read(body)


def test_goes_twenty_deep():
    strict_json.read(nested(DEEPEST))

    with pytest.raises(BadJson):
        strict_json.read(nested(DEEPEST + 1))
