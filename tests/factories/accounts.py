"""People, Divisions and places to test with."""

from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa

from marketplace.accounts import consents, passwords
from marketplace.accounts.consents import Purpose
from marketplace.accounts.models import (
    Division,
    Grant,
    Municipality,
    Neighbourhood,
    Role,
    User,
    Zone,
)
from marketplace.accounts.operations.consents import decide
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.core.types import Base
from tests.factories.clock import NOW

PASSWORD = "açaí com farinha"  # noqa: S105 - of invented people
PASSWORD_HASH = passwords.hashed(PASSWORD)
Made = TypeVar("Made", bound=Base)
_serial = count(1)


def make_municipality(**given: Any) -> Municipality:
    """Return a municipality, the one with this code if it is there: Manaus unless told."""
    code = given.setdefault("code", 1302603)
    known = {1302603: ("Manaus", "AM"), 1100106: ("Guajará-Mirim", "RO")}
    name, state = known.get(code, (f"Place {code}", "AM"))
    facts = {"name": name, "folded": name.lower(), "state": state, "time_zone": "America/Manaus"}
    there = db.session.get(Municipality, code)
    return there or saved(Municipality(**facts | given))


def make_division(**given: Any) -> Division:
    """Return a Division of Manaus unless told otherwise; each one is new."""
    number = next(_serial)
    code = given.pop("municipality_code", None) or make_municipality().code
    make_municipality(code=code)
    facts = {"slug": f"division-{number}", "name": f"Division {number}", "municipality_code": code}
    return saved(Division(**facts | given))


def make_zone(**given: Any) -> Zone:
    number = next(_serial)
    code = given.setdefault("municipality_code", 1302603)
    make_municipality(code=code)
    return saved(Zone(**{"slug": f"zone-{number}", "name": f"Zone {number}"} | given))


def make_neighbourhood(**given: Any) -> Neighbourhood:
    number, zone = next(_serial), given.pop("zone", None) or make_zone()
    facts = {"name": f"Bairro {number}", "folded": f"bairro {number}"}
    place = {"zone_id": zone.id, "municipality_code": zone.municipality_code}
    return saved(Neighbourhood(**facts | place | given))


def make_user(**given: Any) -> User:
    """Return a person with a mobile number, who logs in with ``PASSWORD`` unless not claimed."""
    number = next(_serial)
    facts = {"name": f"Ana {number}", "mobile": f"+55929{80000000 + number}", "made_at": NOW}
    waits = given.get("claimed_at", NOW) is None
    login = {"claimed_at": NOW, "password_hash": None if waits else PASSWORD_HASH}
    return saved(User(**facts | login | given))


def make_staff(role: Role | str, division: Division | None = None, **given: Any) -> User:
    """Return a person who holds a role in a Division: a new one unless given."""
    division = division or make_division()
    user = make_user(**given)
    make_grant(user, role, division)
    return user


def allow(user_id: int, purpose: Purpose, *, given: bool = True) -> None:
    """Have a person say yes, or no, on their account's page."""
    by, reading = Person(user_id), consents.read_in("en", purpose)
    decide(user_id, purpose, reading, given=given, door=consents.Door.ACCOUNT, by=by, now=NOW)


def make_grant(user: User, role: Role | str, division: Division, **given: Any) -> Grant:
    facts = {"user_id": user.id, "role": Role(role), "division_id": division.id, "given_at": NOW}
    return saved(Grant(**facts | given))


def saved(thing: Made) -> Made:
    """Keep a thing in an operation of its own and return it."""

    @operation
    def save() -> None:
        db.session.add(thing)

    save()
    return thing


def saved_change(thing: Base, **facts: Any) -> None:
    """Change a thing behind everybody's back."""

    @operation
    def save() -> None:
        for name, value in facts.items():
            setattr(thing, name, value)

    save()


def reread(model: type[Made]) -> Made:
    """Return the only row of a model, as it is in the database now."""
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()
