"""Minutes to test with."""

import io
from datetime import date
from itertools import count
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.oversight.models.minutes import Body, Minutes
from marketplace.oversight.operations.minutes import Written, publish
from tests.factories.accounts import make_user

PDF = b"%PDF-1.7\nata {}\n%%EOF\n"
_serial = count(1)


def articulation_of(division: Division) -> Person:
    there = frozenset({division.id})
    return Person(make_user().id, roles=frozenset({"articulation"}), divisions=there)


def make_pdf(text: str = "ata") -> str:
    return papers.take_in(io.BytesIO(PDF.replace(b"ata", text.encode())))


def make_minutes(
    division: Division, body: Body = Body.COUNCIL, held_on: date | None = None, **told: Any
) -> Minutes:
    """Publish minutes of today's meeting, or of a day's, each time another number."""
    day, now = held_on or clock.today(division.time_zone), clock.now()
    number = told.pop("number", f"{next(_serial)}/2026")
    facts = {"subject": "Prestação de contas", "summary": "O conselho aprovou as contas."} | told
    written = Written(**({"file": make_pdf()} | facts))
    by = articulation_of(division)
    made = publish(division.id, (body, day, number), written, by=by, now=now)
    return db.session.get_one(Minutes, made)
