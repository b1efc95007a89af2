"""Whether somebody's own mobile number may stand on the page of their group."""

from datetime import datetime
from typing import Any

from marketplace.accounts import asking, consents
from marketplace.accounts import queries as accounts
from marketplace.accounts.consents import Door, Purpose
from marketplace.core.finding import find_one
from marketplace.core.rights import Person


def allowed(person: Person) -> bool:
    return consents.holds(person.id or 0, Purpose.NUMBER_ON_PAGE)


def note(form: Any, *, by: Person, now: datetime) -> None:
    """Keep the answer of who typed their own number; nobody answers for another's."""
    if "mobile" not in form or by.id is None:
        return
    if form.mobile.data == find_one(accounts.by_id(by.id)).mobile:
        given = bool(form.number_on_page.data)
        asking.note(by.id, Purpose.NUMBER_ON_PAGE, Door.GROUP, given=given, now=now)
