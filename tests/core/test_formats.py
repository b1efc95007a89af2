from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import force_locale

from marketplace.core import formats
from marketplace.core.money import format_cents

MANAUS = "America/Manaus"
SATURDAY = date(2026, 12, 5)
SPACE = "\N{NO-BREAK SPACE}"


def shown(language: str, write: Callable[..., str], *values: Any, **options: Any) -> str:
    with force_locale(language):
        return write(*values, **options)


class TestMoney:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("pt_BR", f"R${SPACE}1.284,50"),
            ("es", f"R${SPACE}1.284,50"),
            ("en", "R$1,284.50"),
        ],
    )
    def test_is_written_as_the_reader_writes_it(self, language: str, text: str) -> None:
        assert shown(language, format_cents, 128450) == text

    def test_keeps_its_sign(self) -> None:
        assert shown("pt_BR", format_cents, -50) == f"-R${SPACE}0,50"

    def test_can_leave_the_centavos(self) -> None:
        assert shown("pt_BR", format_cents, 4170000, whole=True) == f"R${SPACE}41.700"

    def test_loses_no_centavo_of_a_large_sum(self) -> None:
        assert shown("en", format_cents, 9007199254740993) == "R$90,071,992,547,409.93"

    def test_takes_a_sum_as_each_database_gives_it(self) -> None:
        assert shown("en", format_cents, Decimal(5)) == "R$0.05"
        assert shown("en", format_cents, Decimal(-123_456), whole=True) == "-R$1,235"

    @pytest.mark.parametrize("language", ["pt_BR", "es", "en"])
    @pytest.mark.parametrize("cents", [0, 7, 99, 100, 99_999, 100_000, 1_234_567, 123_456_789_012])
    def test_writes_amounts_as_babel_does(self, language: str, cents: int) -> None:
        amount = format_decimal(Decimal(cents) / 100, "#,##0.00", locale=language)
        assert shown(language, format_cents, cents).removeprefix("R$").strip(SPACE) == amount


class TestDays:
    @pytest.mark.parametrize(
        ("language", "short", "long"),
        [
            ("pt_BR", "sáb 5/12", "sábado, 5 de dezembro de 2026"),
            ("es", "sáb 5/12", "sábado, 5 de diciembre de 2026"),
            ("en", "Sat 5 Dec", "Saturday, 5 December 2026"),
        ],
    )
    def test_are_said_shortly_and_in_full(self, language: str, short: str, long: str) -> None:
        assert shown(language, formats.day, SATURDAY) == short
        assert shown(language, formats.long_day, SATURDAY) == long

    def test_have_a_leaf_of_a_calendar(self) -> None:
        assert shown("pt_BR", formats.weekday, SATURDAY) == "sáb"
        assert shown("pt_BR", formats.month_name, SATURDAY) == "dez"

    def test_make_months(self) -> None:
        assert shown("pt_BR", formats.month, SATURDAY) == "dezembro de 2026"


class TestHours:
    def test_leave_out_the_minutes_on_the_hour(self) -> None:
        assert shown("pt_BR", formats.hour, time(8)) == "8h"
        assert shown("pt_BR", formats.hour, time(14, 5)) == "14h05"

    def test_have_a_colon_elsewhere(self) -> None:
        assert shown("en", formats.hour, time(8)) == "08:00"

    def test_of_a_moment_are_those_of_the_place(self) -> None:
        at = datetime(2026, 11, 22, 18, 22, tzinfo=UTC)
        assert shown("pt_BR", formats.hour, at, MANAUS) == "14h22"
        assert shown("pt_BR", formats.hour, at, "America/Sao_Paulo") == "15h22"

    def test_of_a_moment_are_refused_without_a_place(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            formats.hour(datetime(2026, 11, 22, tzinfo=UTC))

    def test_a_moment_late_in_the_evening_is_of_the_day_there(self) -> None:
        at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
        assert shown("pt_BR", formats.instant, at, MANAUS) == "dom 22/11, 22h30"


class TestNumbers:
    def test_are_grouped(self) -> None:
        assert shown("pt_BR", formats.number, 12845) == "12.845"
        assert shown("es", formats.number, 1284.5, places=1) == "1.284,5"

    def test_thousandths_show_a_decimal_only_where_there_is_one(self) -> None:
        assert shown("pt_BR", formats.permille, 645) == "64,5%"
        assert shown("pt_BR", formats.permille, 640) == "64%"


class TestPhones:
    @pytest.mark.parametrize(
        ("number", "text"),
        [
            ("+5592999990000", f"(92){SPACE}99999-0000"),
            ("+556932220000", f"(69){SPACE}3222-0000"),
            ("+59133334444", "+59133334444"),
            ("0800 000 0000", "0800 000 0000"),
            ("", ""),
        ],
    )
    def test_are_written_as_in_brazil(self, number: str, text: str) -> None:
        assert formats.phone(number) == text


class TestFilters:
    def test_are_there_for_every_template(self, app: Flask) -> None:
        page = app.jinja_env.from_string("{{ 8600|money }} {{ on|day }} {{ at|hour(zone) }}")
        at = datetime(2026, 11, 22, 18, 22, tzinfo=UTC)
        with force_locale("en"):
            assert page.render(on=SATURDAY, at=at, zone=MANAUS) == "R$86.00 Sat 5 Dec 14:22"
