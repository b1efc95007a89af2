"""Reading the act: whether it says what a source says."""

from datetime import datetime

from marketplace.catalogue.errors import CheckSaysWhere
from marketplace.catalogue.models.legal import LegalCheck
from marketplace.catalogue.queries import legal
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean

LONGEST_PLACE = 200


@operation
def check_figure(figure_id: int, place: str, *, holds: bool, by: Person, now: datetime) -> int:
    """Note that ``by`` read the act at a place, and whether it says this; return the note's id.

    The same word of the same person again is not noted twice.

    :raises NotFound: for a figure that is not there. :raises CheckSaysWhere: without a place.
    """
    figure = lock_one(legal.figure(figure_id))
    if not (place := clean(place)[:LONGEST_PLACE]):
        raise CheckSaysWhere
    last = figure.checks[-1] if figure.checks else None
    if last and (last.by_id, last.holds, last.place) == (by.id, holds, place):
        return last.id
    check = LegalCheck(figure_id=figure.id, holds=holds, place=place, checked_at=now, by_id=by.id)
    db.session.add(check)
    db.session.flush()
    audit.record("legal_figure_checked", by=by, now=now, figure_id=figure.id, holds=holds)
    return check.id
