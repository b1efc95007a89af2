from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.numbers import (
    ENGLISH,
    PTBR,
    BadNumber,
    parse_decimal,
    parse_decimal_ptbr,
    parse_money,
    row_id,
    scaled,
)

many = settings(derandomize=True, deadline=None)
centavos = st.integers(min_value=0, max_value=10**12)


def written(cents, style=PTBR):
    return f"{cents // 100:,}.{cents % 100:02d}".translate(
        str.maketrans({",": style.group, ".": style.point})
    )


class TestParseDecimalPtbr:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("1.234,56", "1234.56"), ("1234,5", "1234.5"), ("1.234", "1234"), (" 0,375 ", "0.375")],
    )
    def test_reads_what_is_written_in_brazil(self, text, number):
        assert parse_decimal_ptbr(text) == Decimal(number)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "12.5",
            "1,234.56",
            "1.23",
            "0.125",
            "01.234",
            "12.34,5",
            "1..234",
            "1,2,3",
            ",5",
            "5,",
            "-1",
            "+1",
            "1e3",
            "NaN",
            "Infinity",
            "١٢",
            "1 234",
            "1_000",
            "1\x00",
            "R$ 1",
            "0x1F",
        ],
    )
    def test_refuses_what_it_does_not_know(self, text):
        with pytest.raises(BadNumber, match=r"like 1\.234,56"):
            parse_decimal_ptbr(text)

    def test_refuses_a_number_too_long_to_be_one(self):
        assert parse_decimal_ptbr("9" * 15) == 10**15 - 1
        with pytest.raises(BadNumber, match="too long"):
            parse_decimal_ptbr("9" * 16)


class TestParseMoney:
    @pytest.mark.parametrize(
        ("text", "cents"),
        [
            ("1.234,56", 123456),
            ("1234,56", 123456),
            ("12", 1200),
            ("12,5", 1250),
            ("R$ 12,50", 1250),
            ("R$\u00a012,50", 1250),
            ("1.234", 123400),
            ("0,01", 1),
        ],
    )
    def test_reads_reais_as_centavos(self, text, cents):
        assert parse_money(text) == cents

    def test_says_which_sign_comes_before_centavos(self):
        with pytest.raises(BadNumber, match="comma before the centavos"):
            parse_money("12.50")

    def test_refuses_parts_of_a_centavo(self):
        with pytest.raises(BadNumber, match="at most 2 digits"):
            parse_money("0,125")

    @pytest.mark.parametrize("text", ["", "R$", "12 reais", "R$ R$ 1", "$ 12", "12,50 R$", "-3,00"])
    def test_refuses_what_it_does_not_know(self, text):
        with pytest.raises(BadNumber):
            parse_money(text)

    @many
    @given(centavos)
    def test_reads_back_every_amount_it_may_be_shown(self, cents):
        assert parse_money(written(cents)) == parse_money("R$\u00a0" + written(cents)) == cents
        assert parse_money(f"{cents // 100},{cents % 100:02d}") == cents


class TestScaled:
    @many
    @given(centavos)
    def test_loses_nothing(self, cents):
        assert scaled(parse_decimal(written(cents, ENGLISH), ENGLISH), 2) == cents

    def test_refuses_a_fraction_of_a_whole_unit(self):
        with pytest.raises(BadNumber, match="whole number"):
            scaled(Decimal("1.5"), 0)


class TestRowId:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("7", 7),
            ("0", 0),
            ("9" * 9, 10**9 - 1),
            ("9" * 10, 0),
            ("9" * 40, 0),
            ("-1", 0),
            ("\u0661", 0),
            ("", 0),
        ],
    )
    def test_is_no_row_where_it_cannot_be_one(self, text, number):
        assert row_id(text) == number
