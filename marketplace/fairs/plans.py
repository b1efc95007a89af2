"""What a fair is meant to be: plain values, from a form to an operation."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from marketplace.fairs.models.fairs import CashMode, HostKind


@dataclass(frozen=True)
class DayPlan:
    """One day of a fair, in the hours of its municipality."""

    day: date
    opens: time
    closes: time


@dataclass(frozen=True)
class FairPlan:
    """What a fair will be; ``reservations_close_at`` is an instant, windows are in minutes.

    ``fee_cents`` is kept of what each sold in cash at the common desk, in centavos; latitude and
    longitude are millionths of a degree, both or none.
    """

    name: str
    place: str
    municipality_code: int
    reservations_close_at: datetime
    days: tuple[DayPlan, ...]
    address: str = ""
    neighbourhood_id: int | None = None
    host: str = ""
    access_note: str = ""
    about: str = ""
    programme: list[dict[str, Any]] = field(default_factory=list)
    window_minutes: int = 60
    window_capacity: int = 40
    tolerance_minutes: int = 60
    fee_cents: int = 0
    latitude: int | None = None
    longitude: int | None = None
    host_kind: HostKind | None = None
    host_only: bool = False
    rules: str = ""
    cash_mode: CashMode = CashMode.MIXED
    series_id: int | None = None
    venue_id: int | None = None
    stall_plan: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "days"}


@dataclass(frozen=True)
class SeriesPlan:
    """What a series of fairs will be; ``every_months`` proposes the day of the next edition."""

    name: str
    about: str = ""
    every_months: int = 2


@dataclass(frozen=True)
class VenuePlan:
    """What is known of a potential place; latitude and longitude as `FairPlan` has them."""

    name: str
    address: str = ""
    host: str = ""
    host_kind: HostKind | None = None
    latitude: int | None = None
    longitude: int | None = None
    about: str = ""


@dataclass(frozen=True)
class CallPlan:
    """What a call will be: places, and how many of them each segment keeps; instants in UTC."""

    places: int
    stalls: int
    opens_at: datetime
    closes_at: datetime
    lottery_number: int
    lottery_on: date
    quotas: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    note: str = ""
