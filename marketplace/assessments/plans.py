"""What operations are given, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Paper:
    """What shows an answer: a file of `core.papers`, or a number of what is elsewhere."""

    title: str
    number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    file: str = ""
