"""How money, days, hours, telephones and shares are written for the reader.

Every filter that shows a moment takes the zone as an argument: it is a fact of the municipality.
"""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from marketplace.core.language import current_language

NBSP = "\N{NO-BREAK SPACE}"
SHORT_DAY = {"pt": "EEE d/M", "es": "EEE d/M", "en": "EEE d MMM"}
LONG_DAY = {
    "pt": "EEEE, d 'de' MMMM 'de' y",
    "es": "EEEE, d 'de' MMMM 'de' y",
    "en": "EEEE, d MMMM y",
}
MONTH = {"pt": "MMMM 'de' y", "es": "MMMM 'de' y", "en": "MMMM y"}
BRAZIL = "+55"
KEPT = 8192  # numbers written lately: prices come again on every page


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {
        "number": number,
        "percent": percent,
        "hundredths": hundredths,
        "permille": permille,
        "day": day,
        "long_day": long_day,
        "weekday": weekday,
        "month": month,
        "month_name": month_name,
        "hour": hour,
        "instant": instant,
        "day_of": day_of,
        "phone": phone,
    }


def number(value: int | Decimal | float, *, places: int = 0) -> str:
    """Show a number grouped as the reader groups it, with so many decimal places."""
    return _number(value, places, current_language())


@lru_cache(maxsize=KEPT, typed=True)
def _number(value: int | Decimal | float, places: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    shown: str = format_decimal(value, pattern, locale=locale)
    return shown


def percent(value: int | Decimal | float, *, places: int = 0) -> str:
    """Show a number that is already in hundredths: 64 is ``64%``."""
    return f"{number(value, places=places)}%"


def permille(value: int) -> str:
    """Show thousandths as hundredths, with a decimal only where there is one: 645 is ``64,5%``."""
    return percent(Decimal(value) / 10, places=1 if value % 10 else 0)


def hundredths(value: int) -> str:
    """Show hundredths of a hundredth, with the decimals that there are: 150 is ``1,5%``."""
    places = 0 if value % 100 == 0 else 1 if value % 10 == 0 else 2
    return percent(Decimal(value) / 100, places=places)


def day(on: date) -> str:
    """Show a day shortly: ``sáb 5/12``, or ``Sat 5 Dec``."""
    return _shown(on, SHORT_DAY[language()])


def long_day(on: date) -> str:
    """Show a day in full: ``sábado, 5 de dezembro de 2026``."""
    return _shown(on, LONG_DAY[language()])


def weekday(on: date) -> str:
    return _shown(on, "EEE")


def month_name(on: date) -> str:
    """Show a month in three letters: ``dez``."""
    return _shown(on, "MMM")


def month(on: date) -> str:
    """Show a month of a year: ``dezembro de 2026``."""
    return _shown(on, MONTH[language()])


def hour(at: datetime | time, zone: str | None = None) -> str:
    """Show a time of day: ``8h``, ``14h30``, or ``14:30`` outside Portuguese.

    :raises ValueError: if an instant comes without the zone in which to read it.
    """
    if isinstance(at, datetime):
        if zone is None:
            raise ValueError("an instant is read in a zone")
        return _hour_of(at, zone, language())
    return _hour(at, language())


def instant(at: datetime, zone: str) -> str:
    """Show a moment as day and hour there: ``dom 22/11, 14h22``."""
    return f"{day(day_of(at, zone))}, {hour(at, zone)}"


def day_of(at: datetime, zone: str) -> date:
    """Return the day on which a moment fell there."""
    return at.astimezone(ZoneInfo(zone)).date()


def phone(number: str) -> str:
    """Show an E.164 number as people in Brazil write it: ``(92) 99999-0000``."""
    local = number.removeprefix(BRAZIL)
    if local == number or not local.isdigit():
        return number  # another country's, or a free number such as 0800
    area, rest = local[:2], local[2:]
    return f"({area}){NBSP}{rest[:-4]}-{rest[-4:]}"


def _shown(on: date, pattern: str) -> str:
    return _written(on, pattern, current_language())


@lru_cache(maxsize=KEPT)
def _written(on: date, pattern: str, locale: str) -> str:
    shown: str = format_date(on, pattern, locale=locale)
    return shown.replace(".", "")


@lru_cache(maxsize=KEPT)
def _hour_of(at: datetime, zone: str, spoken: str) -> str:
    return _hour(at.astimezone(ZoneInfo(zone)).time(), spoken)


def _hour(at: time, spoken: str) -> str:
    if spoken != "pt":
        return f"{at:%H:%M}"
    return f"{at.hour}h" + (f"{at:%M}" if at.minute else "")


def language() -> str:
    return current_language().split("_")[0]
