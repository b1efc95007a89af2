"""Who the cookie's reference belongs to, asked of the database at each request."""

from contextlib import suppress

from flask_login import UserMixin

from marketplace.accounts import queries
from marketplace.accounts.models import STAFF_ROLES, LoginSession
from marketplace.accounts.operations import sessions
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import Busy
from marketplace.core.rights import Person


class LoggedIn(UserMixin):
    """Somebody logged in, as plain values: what is read for the page does not hang on a row."""

    def __init__(self, session: LoginSession, token: str, person: Person) -> None:
        self.id, self.name = session.user_id, session.user.name
        self.language, self.session_id = session.user.language, session.id
        self.token, self.person = token, person

    def get_id(self) -> str:
        return self.token


def load_user(token: str) -> LoggedIn | None:
    """Return who is logged in with this reference, if the session still holds."""
    session = db.session.scalar(queries.session_by(token))
    if session is None:
        return None
    now, person = clock.now(), queries.person_of(session.user_id)
    if not session.is_live(now, staff=not person.roles.isdisjoint(STAFF_ROLES)):
        return None
    known = LoggedIn(session, token, person)
    if session.is_due(now):
        with suppress(Busy):  # the one write of a GET; the next page will note it
            sessions.note_seen(session.id, now=now)
    return known
