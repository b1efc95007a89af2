"""A calendar for stories that take weeks: real hours, so many days on."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from marketplace.core import clock
from marketplace.core.clock import instant_of


class Days:
    """The house's calendar; whoever keeps another one is told each step."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.real, self.ahead = clock.now, timedelta()
        self.told: list[Callable[[timedelta], None]] = []
        patch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        return self.real() + self.ahead

    def go_to(self, day: date, hour: int, zone: str) -> None:
        step = instant_of(day, time(hour), zone) - self.now()
        self.ahead += step
        for tell in self.told:
            tell(step)
