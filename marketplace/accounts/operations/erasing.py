"""Erasing a person: asked by themselves, or by two of the staff on a written request."""

from datetime import datetime

from marketplace.accounts import queries
from marketplace.accounts.errors import AnotherConfirms, NotOneself
from marketplace.accounts.models import User
from marketplace.core import audit, erasures
from marketplace.core.database import operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person

KIND = "person"


@operation
def erase_own(user_id: int, *, by: Person, now: datetime) -> str:
    """Erase one's own account and all that leads to it; return the code of the page about it.

    The password is taken before (`people.give_password`).

    :raises MustWait: with all that must end first.
    :raises NotAllowed: if it is not their own account.
    """
    if by.id != user_id:
        raise NotAllowed
    lock_one(queries.by_id(user_id))
    erasure = erasures.ask(KIND, user_id, by=by, now=now)
    return erasures.carry_out(erasure.id, by=by, now=now)


@operation
def ask_for(user_id: int, *, paper: str, by: Person, now: datetime) -> erasures.Erasure:
    """Note a person's written request, by the number of its paper, for a second person to confirm.

    :raises NotFound: if it is nobody in their reach.
    :raises NotOneself: if it is about themselves.
    """
    _decided_upon(user_id, by)
    return erasures.ask(KIND, user_id, paper=paper, by=by, now=now)


@operation
def confirm(user_id: int, *, by: Person, now: datetime) -> str:
    """Carry out what another of the staff asked for; return the code of the page about it.

    :raises NotFound: if nothing waits, or it is nobody in their reach.
    :raises AnotherConfirms: if ``by`` asked for it.
    :raises MustWait: with all that must end first.
    """
    _decided_upon(user_id, by)
    erasure = lock_one(queries.erasure_waiting(user_id))
    if erasure.asked_by_id == by.id:
        raise AnotherConfirms
    erasure.confirmed_by_id = by.id
    return erasures.carry_out(erasure.id, by=by, now=now)


@operation
def give_up(user_id: int, *, by: Person, now: datetime) -> None:
    """Take back a request that waits.

    :raises NotFound: if nothing waits, or it is nobody in their reach.
    """
    _decided_upon(user_id, by)
    erasure = lock_one(queries.erasure_waiting(user_id))
    audit.record("erasure_given_up", by=by, now=now, erasure_id=erasure.id, subject_id=user_id)
    erasures.remove(erasure)


def _decided_upon(user_id: int, by: Person) -> User:
    if by.id == user_id:
        raise NotOneself
    return lock_one(queries.in_reach_of(by).where(User.id == user_id))
