from datetime import UTC, date, datetime, time

import pytest

from marketplace.core.clock import day_bounds, instant_of, local, today

MIDNIGHT_IN_UTC = datetime(2030, 3, 1, 3, 30, tzinfo=UTC)


class TestLocal:
    @pytest.mark.parametrize(
        ("zone", "hour"),
        [("America/Manaus", "8:00"), ("America/Rio_Branco", "7:00"), ("America/Sao_Paulo", "9:00")],
    )
    def test_shows_what_the_clocks_of_the_place_say(self, app, zone, hour):
        with app.test_request_context():
            assert hour in local(datetime(2030, 3, 1, 12, tzinfo=UTC), zone)


class TestToday:
    @pytest.mark.parametrize(("zone", "day"), [("America/Manaus", 28), ("America/Sao_Paulo", 1)])
    def test_is_the_day_of_the_place(self, zone, day):
        assert today(zone, MIDNIGHT_IN_UTC).day == day


class TestDayBounds:
    def test_are_from_midnight_to_midnight_there(self):
        start, end = day_bounds(date(2030, 3, 1), "America/Manaus")

        assert (start, end) == (
            datetime(2030, 3, 1, 4, tzinfo=UTC),
            datetime(2030, 3, 2, 4, tzinfo=UTC),
        )

    def test_know_days_that_are_not_of_24_hours(self):
        start, end = day_bounds(date(2018, 11, 4), "America/Sao_Paulo")  # summer time began

        assert (end - start).total_seconds() == 23 * 3600


class TestInstantOf:
    def test_is_what_the_clocks_of_the_place_show(self):
        shown = instant_of(date(2030, 3, 1), time(8, 30), "America/Rio_Branco")

        assert shown == datetime(2030, 3, 1, 13, 30, tzinfo=UTC)
