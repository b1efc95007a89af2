"""Days on which banks work, against calendars that were published."""

from datetime import UTC, date, datetime

import pytest

from marketplace.payments.bank_days import (
    bank_days_after,
    due_day,
    easter,
    held_until,
    is_bank_day,
    is_holiday,
    last_day,
)

# As FEBRABAN published them for 2026, but for those on Saturdays and Sundays.
IN_2026 = [(1, 1), (2, 16), (2, 17), (4, 3), (4, 21), (5, 1), (6, 4), (9, 7), (10, 12), (11, 2)]
IN_2026 += [(11, 20), (12, 25)]


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5)],
)
def test_easter(year, month, day):
    assert easter(year) == date(year, month, day)


def test_closed_days_of_a_year():
    days = [
        date.fromordinal(n)
        for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    ]
    closed = [day for day in days if day.weekday() < 5 and not is_bank_day(day)]
    assert closed == [date(2026, *at) for at in IN_2026]


@pytest.mark.parametrize(
    "day", [(2025, 3, 3), (2025, 3, 4), (2021, 2, 15), (2022, 3, 1), (2024, 5, 30)]
)
def test_carnival_and_corpus_christi_are_no_bank_days(day):
    assert not is_bank_day(date(*day))


def test_ash_wednesday_is_a_bank_day():
    assert is_bank_day(date(2026, 2, 18))


@pytest.mark.parametrize(("year", "closed"), [(2023, False), (2024, True), (2026, True)])
def test_20_november_is_a_holiday_since_2024(year, closed):
    assert is_holiday(date(year, 11, 20)) is closed


@pytest.mark.parametrize(
    ("first", "count", "then"),
    [
        ((2026, 11, 26), 0, (2026, 11, 26)),
        ((2026, 11, 26), 1, (2026, 11, 27)),
        ((2026, 11, 26), 2, (2026, 11, 30)),  # over a weekend
        ((2026, 11, 18), 2, (2026, 11, 23)),  # over the 20th
        ((2026, 2, 13), 1, (2026, 2, 18)),  # over Carnival
        ((2026, 2, 14), 1, (2026, 2, 18)),  # from a Saturday
        ((2026, 12, 31), 1, (2027, 1, 4)),
    ],
)
def test_bank_days_after(first, count, then):
    assert bank_days_after(date(*first), count) == date(*then)


def test_a_boleto_is_due_by_the_day_of_sao_paulo():
    """At 23:30 in Manaus it is tomorrow already where banks count."""
    assert due_day(datetime(2026, 11, 26, 3, 30, tzinfo=UTC)) == date(2026, 11, 30)
    assert due_day(datetime(2026, 11, 26, 2, 59, tzinfo=UTC)) == date(2026, 11, 27)


def test_is_held_until_the_end_of_two_bank_days_after_its_due_date():
    assert held_until(date(2026, 11, 30)) == datetime(2026, 12, 3, 3, tzinfo=UTC)
    assert held_until(date(2026, 4, 1)) == datetime(2026, 4, 7, 3, tzinfo=UTC)  # over Good Friday


@pytest.mark.parametrize("second", [0, 59])
def test_the_last_day_of_a_boleto_is_that_of_its_last_second(second):
    assert last_day(datetime(2026, 12, 1, 2, 59, second, tzinfo=UTC)) == date(2026, 11, 30)
    assert last_day(datetime(2026, 12, 1, 3, tzinfo=UTC)) == date(2026, 11, 30)
