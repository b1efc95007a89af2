"""Which enterprise a person is working for, of those they may act for; kept in their session."""

from flask import session

from marketplace.core.errors import NotFound
from marketplace.core.rights import current_person
from marketplace.enterprises import queries
from marketplace.enterprises.models import Enterprise

KEY = "enterprise"


def current_enterprise() -> Enterprise:
    """Return the enterprise whose panel is open.

    :raises NotFound: for a person who acts for none.
    """
    chosen = session.get(KEY)
    found = queries.current(current_person(), chosen if isinstance(chosen, int) else None)
    if found is None:
        raise NotFound
    return found


def choose(enterprise_id: int) -> None:
    session[KEY] = enterprise_id
