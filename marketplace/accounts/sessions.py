"""Who the cookie's reference belongs to, asked of the database at each request."""

from dataclasses import replace

from flask_login import UserMixin

from marketplace.accounts import queries
from marketplace.accounts.models import DIVISION_ROLES, STAFF_ROLES, LoginSession
from marketplace.accounts.operations import sessions
from marketplace.core import clock
from marketplace.core.database import db, if_possible
from marketplace.core.rights import Person


class LoggedIn(UserMixin):
    """Somebody logged in, as plain values: what is read for the page does not hang on a row."""

    def __init__(self, session: LoginSession, token: str, person: Person) -> None:
        self.id, self.name = session.user_id, session.user.name
        self.language, self.session_id = session.user.language, session.id
        self.token, self.held = token, person.roles
        self.person = acting_in(session.acting, person)

    def get_id(self) -> str:
        return self.token


def load_user(token: str) -> LoggedIn | None:
    """Return who is logged in with this reference, if the session still holds.

    Municipal staff who did not take the second step are not in at all: nothing opens to them but
    what opens to a visitor, and the page of that step.
    """
    if (found := _live(token)) is None or waits(*found):
        return None
    (session, person), now = found, clock.now()
    known = LoggedIn(session, token, replace(person, proven=session.proven(now)))
    if session.is_due(now):
        with if_possible():  # the one write of a GET; the next page will note it
            sessions.note_seen(session.id, now=now)
    return known


def acting_in(role: str | None, person: Person) -> Person:
    """Return the person in the one role they chose; in all that they hold, if they chose none."""
    if role is None or role not in person.roles:
        return person
    divisions: frozenset[int] = person.divisions if role in DIVISION_ROLES else frozenset()
    roles = frozenset({role})
    return replace(person, roles=roles, divisions=divisions, acting=role, chosen=True)


def waits(session: LoginSession, person: Person) -> bool:
    """Tell whether the second step of this login is still to be taken."""
    return session.code_at is None and is_staff(person)


def waiting(token: str) -> int | None:
    """Return whose login with this reference waits for its second step, if any does."""
    found = _live(token)
    return found[0].user_id if found and waits(*found) else None


def is_staff(person: Person) -> bool:
    return not person.roles.isdisjoint(STAFF_ROLES)


def _live(token: str) -> tuple[LoginSession, Person] | None:
    session = db.session.scalar(queries.session_by(token))
    if session is None:
        return None
    person = queries.person_of(session.user_id)
    return (session, person) if session.is_live(clock.now(), staff=is_staff(person)) else None
