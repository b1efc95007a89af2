"""Who did what: the entries that operations leave, by person, operation, thing and day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Grant, User
from marketplace.core.audit import Entry
from marketplace.core.clock import day_bounds
from marketplace.core.rights import Person
from marketplace.core.text import clean

DAYS = 30  # shown if nobody says from when
LONGEST = 120
OWN = (  # what people do as buyers, and with their own account
    *("put_in", "put_each_in", "change_quantity", "take_out", "accept_prices", "place_order"),
    *("cancel_order", "change_window", "withdraw_order", "change_language", "choose_role"),
    *("start_session", "take_second_step", "end_session", "end_device", "end_other_sessions"),
)


class Asked(NamedTuple):
    """What one looks for: a name, an operation, a thing by its number, days there."""

    first: date
    last: date
    name: str = ""
    operation: str = ""
    thing: str = ""
    number: int | None = None


def asked_from(told: Mapping[str, str], things: Mapping[str, object], today: date) -> Asked:
    """Return what an address asks for; what it does not know is left out."""
    last = _day(told.get("ate", ""), today)
    number, thing = told.get("numero", "").strip(), told.get("objeto", "")
    known = number.isascii() and number.isdigit() and len(number) < 10
    return Asked(
        min(_day(told.get("de", ""), last - timedelta(days=DAYS)), last),
        last,
        clean(told.get("quem", ""))[:LONGEST],
        clean(told.get("operacao", ""))[:LONGEST],
        thing if thing in things else "",
        int(number) if known else None,
    )


def within(person: Person, asked: Asked, zone: str) -> sa.Select[Entry]:
    """Select what people did in a role that they had in a person's Divisions, the last first.

    What they do for themselves is theirs, and who handles a complaint is told on its own page.
    """
    held = sa.exists().where(
        Grant.user_id == Entry.person_id,
        Grant.division_id.in_(person.divisions),
        sa.cast(Grant.role, sa.String) == Entry.role,
        Grant.given_at <= Entry.recorded_at,
        sa.or_(Grant.ended_at.is_(None), Entry.recorded_at < Grant.ended_at),
    )
    begins, ends = day_bounds(asked.first, zone)[0], day_bounds(asked.last, zone)[1]
    found = sa.select(Entry).where(held, Entry.recorded_at >= begins, Entry.recorded_at < ends)
    found = found.where(Entry.operation.not_in(OWN), ~_about("complaint", None))
    if asked.name:
        called = sa.select(User.id).where(User.name.icontains(asked.name, autoescape=True))
        found = found.where(Entry.person_id.in_(called))
    if asked.operation:
        found = found.where(Entry.operation.icontains(asked.operation, autoescape=True))
    if asked.thing:
        found = found.where(_about(asked.thing, asked.number))
    return found.order_by(Entry.id.desc())


def _about(thing: str, number: int | None) -> sa.ColumnElement[bool]:
    """Say that a note names a thing, as its JSON is written."""
    notes, named = sa.cast(Entry.notes, sa.String), f'"{thing}_id": '
    if number is None:
        return notes.contains(named, autoescape=True)
    ends = (f"{named}{number}{sign}" for sign in (",", "}"))
    return sa.or_(*(notes.contains(text, autoescape=True) for text in ends))


def _day(text: str, otherwise: date) -> date:
    try:
        told = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return told if date(2000, 1, 1) <= told <= date(2999, 12, 30) else otherwise
