from datetime import date

import pytest

from marketplace.reports.periods import Period, year_so_far


class TestBefore:
    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            ("2030-03-01", "2030-03-31", ("2030-02-01", "2030-02-28")),
            ("2030-01-01", "2030-02-28", ("2029-11-01", "2029-12-31")),
            ("2028-02-01", "2028-02-29", ("2028-01-01", "2028-01-31")),
            ("2030-03-10", "2030-03-16", ("2030-03-03", "2030-03-09")),
            ("2030-03-01", "2030-03-30", ("2030-01-30", "2030-02-28")),
        ],
    )
    def test_is_as_many_whole_months_or_as_many_days(self, first, last, expected):
        before = Period(date.fromisoformat(first), date.fromisoformat(last)).before()

        assert (str(before.first), str(before.last)) == expected

    def test_is_nothing_before_the_year_2000(self):
        assert Period(date(2000, 1, 1), date(2000, 1, 31)).before() is None


class TestPeriod:
    def test_refuses_to_run_backwards(self):
        with pytest.raises(ValueError, match="runs forward"):
            Period(date(2030, 3, 2), date(2030, 3, 1))

    def test_names_each_month_it_touches(self):
        period = Period(date(2029, 12, 31), date(2030, 2, 1))

        assert [str(month) for month in period.months] == ["2029-12-01", "2030-01-01", "2030-02-01"]


class TestYearSoFar:
    def test_ends_with_the_present_month_whole(self):
        period = year_so_far(date(2028, 2, 10))

        assert (period.first, period.last) == (date(2027, 3, 1), date(2028, 2, 29))
