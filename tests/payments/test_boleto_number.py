"""The number of a boleto, its bar code, and the drawing of that."""

import re
from datetime import date

import pytest

from marketplace.payments import boleto

# A bank's own example, as its manuals print it.
NUMBER = "00190.50095 40144.816069 06809.350314 3 37370000000100"
CODE = "00193373700000001000500940144816060680935031"
WEIGHTS = (1, 2, 4, 7)  # of the first four bars; the fifth makes the wide ones two


def read(path, width):
    """Read a drawing as a scanner does: from the widths of bars and gaps."""
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v", path)]
    assert bars[0][0] == width - sum(bars[-1]) == 10  # the quiet zones
    widths = []
    for (x, wide), (following, _) in zip(bars, [*bars[1:], (width - 10, 0)], strict=True):
        widths += [wide, following - x - wide]
    widths.pop()  # after the last bar there is no gap
    assert (widths[:4], widths[-3:]) == ([1] * 4, [3, 1, 1])
    inner = widths[4:-3]
    return "".join(
        digit(inner[at + of : at + 10 : 2]) for at in range(0, len(inner), 10) for of in (0, 1)
    )


def digit(widths):
    value = sum(w for w, width in zip(WEIGHTS, widths, strict=False) if width == 3)
    assert sorted(widths) == [1, 1, 1, 3, 3]
    return str(value % 11)  # 4 and 7 together are nought


class TestBarCode:
    def test_is_what_the_number_is_made_of(self):
        assert boleto.bar_code(NUMBER) == CODE
        assert boleto.bar_code(re.sub(r"\D", "", NUMBER)) == CODE

    @pytest.mark.parametrize("place", [0, 8, 9, 12, 20, 25, 31, 32, 34, 46])
    def test_is_none_where_a_digit_is_wrong(self, place):
        digits = re.sub(r"\D", "", NUMBER)
        wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert boleto.bar_code(wrong) == ""

    @pytest.mark.parametrize(
        "number", ["", "0" * 46, "0" * 48, "a" * 47, "01010" * 9 + "01", "٣" * 47]
    )
    def test_is_none_of_what_is_no_number(self, number):
        assert boleto.bar_code(number) == ""


class TestNumberOf:
    def test_is_the_number_of_that_code(self):
        made = boleto.number_of("001", CODE[19:], due=date(2007, 12, 31), amount_cents=100)
        assert boleto.bar_code(made)[19:] == CODE[19:]
        assert made.endswith("0000000100")

    @pytest.mark.parametrize(
        ("due", "factor"),
        [
            ((2025, 2, 21), "9999"),
            ((2025, 2, 22), "1000"),
            ((2026, 11, 30), "1646"),
            ((2000, 7, 3), "1000"),
        ],
    )
    def test_tells_the_due_date(self, due, factor):
        made = boleto.number_of("001", "7" * 25, due=date(*due), amount_cents=4_999_999)
        assert made[33:] == f"{factor}0004999999"
        assert boleto.bar_code(made)

    def test_every_check_digit_is_reckoned(self):
        made = {
            boleto.number_of("001", f"{n:025d}", due=date(2026, 1, 2), amount_cents=1)
            for n in range(60)
        }
        assert all(map(boleto.bar_code, made))
        assert {number[32] for number in made} == set("123456789")


class TestShown:
    def test_is_cut_as_it_is_typed(self):
        assert boleto.shown(re.sub(r"\D", "", NUMBER)) == NUMBER
        assert boleto.shown(NUMBER) == NUMBER

    def test_leaves_what_is_none(self):
        assert boleto.shown("12 34") == "12 34"


def test_the_drawing_reads_as_the_code():
    path, width, height = boleto.drawn(CODE)
    assert read(path, width) == CODE
    assert (width, height) == (425, 60)
    assert read(*boleto.drawn("0123456789" * 4 + "9876")[:2]) == "0123456789" * 4 + "9876"
