"""What a form asked, made into an answer of the ledger."""

from datetime import datetime

from marketplace.accounts import consents
from marketplace.accounts.consents import Door, Purpose
from marketplace.accounts.operations.consents import decide
from marketplace.core.language import current_language
from marketplace.core.rights import Person


def note(
    user_id: int,
    purpose: Purpose,
    door: Door,
    *,
    given: bool,
    by: Person | None = None,
    now: datetime,
) -> None:
    """Keep what the person answered to the text in the reader's language; they, unless ``by``."""
    reading = consents.read_in(current_language(), purpose)
    who = by or Person(user_id)
    decide(user_id, purpose, reading, given=given, door=door, by=who, now=now)
