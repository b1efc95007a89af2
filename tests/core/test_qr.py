import random
import re
import string

import pytest
import segno

from marketplace.core.qr import QUIET_MODULES, qr_path

START = "https://paneiro.example/painel/entregas#"
PIX = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
CHANCE = random.Random(18004)  # noqa: S311 - the same texts on every run
ASCII = string.ascii_letters + string.digits + string.punctuation


def redrawn(path: str, side: int) -> list[list[int]]:
    """Return the modules that a path draws, without the quiet zone."""
    rows = [[0] * side for _ in range(side)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        rows[int(y)][int(x) : int(x) + int(length)] = [1] * int(length)
    quiet = QUIET_MODULES
    assert sum(map(sum, rows)) == sum(sum(row[quiet:-quiet]) for row in rows[quiet:-quiet])
    return [row[quiet:-quiet] for row in rows[quiet:-quiet]]


def of_the_library(text: str) -> list[list[int]]:
    return [list(row) for row in segno.make_qr(text, error="m", mask=0).matrix]


class TestQrPath:
    @pytest.mark.parametrize(
        "rest",
        ["1001-A-000000", "1001-A-123456", "987654-Z-999999", "7-B-080808", "~\x7f !", "0", ""],
    )
    def test_draws_a_handover_code_as_the_library_does(self, rest):
        assert redrawn(*qr_path(START + rest)) == of_the_library(START + rest)

    @pytest.mark.parametrize("text", ["0123456789", "PIX 7/8", "açaí de Manaus", "\0", PIX])
    def test_draws_any_kind_of_text_as_the_library_does(self, text):
        assert redrawn(*qr_path(text)) == of_the_library(text)

    @pytest.mark.parametrize(
        ("version", "level"),
        [(version, "m") for version in range(1, 41)]
        + [(version, more) for version in range(1, 10) for more in "qh"],
    )
    def test_draws_the_longest_text_of_each_size_as_the_library_does(self, version, level):
        text = longest(version, level)
        assert redrawn(*qr_path(text)) == of_the_library(text)

    def test_refuses_what_is_too_long_for_any_code(self):
        with pytest.raises(segno.DataOverflowError):
            qr_path("~" * 2332)


def longest(version: int, level: str) -> str:
    """Return a text of the most bytes that a code of this size and correction holds."""
    bits = segno.consts.SYMBOL_CAPACITY[version][
        getattr(segno.consts, f"ERROR_LEVEL_{level.upper()}")
    ]
    size = (bits - 4 - (8 if version < 10 else 16)) // 8
    return "~" + "".join(CHANCE.choice(ASCII) for _ in range(size - 1))
