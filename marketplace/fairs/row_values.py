"""The values in a row that a till sends, read one by one; what is wrong is said plainly."""

import re
from collections.abc import Set
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask_babel import gettext as _

from marketplace.core.text import clean

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class BadRow(ValueError):
    """Its text says what is wrong with the row."""


def fields(told: Any, names: set[str], more: Set[str] = frozenset()) -> None:
    """Look whether it has these names; ``more`` may be there too."""
    if not isinstance(told, dict) or not names <= set(told) <= names | more:
        refuse(_("It is not written as this version of the till writes."))


def count(told: Any, most: int, least: int = 1) -> int:
    """Return a whole number within its bounds."""
    if type(told) is not int or not least <= told <= most:
        refuse(_("A number in it is missing or out of range."))
    return int(told)


def text(told: Any, longest: int) -> str:
    """Return a text, cleaned, of at most so many letters."""
    if not isinstance(told, str) or len(kept := clean(told)) > longest:
        refuse(_("A text in it is missing or too long."))
    return kept


def instant(told: Any) -> datetime | None:
    """Return what a device's clock said, as far as that is an instant at all."""
    try:
        told_at = datetime.fromisoformat(told)
        return told_at.astimezone(UTC) if told_at.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def refuse(why: str) -> NoReturn:
    """Say what is wrong with the row, in plain words."""
    raise BadRow(why)


def code_in(told: Any) -> str:
    """Return the number that a device gave to something; nothing for none."""
    if told is not None and not (isinstance(told, str) and CODE.fullmatch(told)):
        refuse(_("It is not written as this version of the till writes."))
    return told or ""
