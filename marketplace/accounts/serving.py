"""Which of the Divisions that somebody serves a page is about."""

from marketplace.accounts.models import Division
from marketplace.accounts.queries import divisions_of
from marketplace.core.errors import NotFound
from marketplace.core.numbers import row_id
from marketplace.core.rights import Person


def division_asked(person: Person, asked: str | None) -> Division:
    """Return the Division whose id an address asks for, the first that a person serves otherwise.

    :raises NotFound: for one that they do not serve, and for who serves none.
    """
    served = divisions_of(person)
    wanted = [each for each in served if asked is None or each.id == row_id(asked)]
    if not wanted:
        raise NotFound
    return wanted[0]
