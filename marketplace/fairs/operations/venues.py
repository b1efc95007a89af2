"""Potential places of fairs: noted, changed, visited."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs.errors import (
    TooManyVisitPhotos,
    VenueNameTaken,
    VisitAhead,
    VisitSaysNothing,
)
from marketplace.fairs.models.venues import Fit, Venue, VenuePhoto, VenueVisit
from marketplace.fairs.plans import VenuePlan
from marketplace.fairs.queries import venues as queries

MOST_PHOTOS = 6  # of one visit


@operation
def add_venue(division_id: int, plan: VenuePlan, *, by: Person, now: datetime) -> Venue:
    """Note a place where a fair might be held.

    :raises NotFound: if ``by`` does not serve that Division.
    :raises VenueNameTaken: if the Division noted one of that name.
    """
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
    _check_name(division_id, plan.name, None)
    venue = Venue(division_id=division_id, made_at=now, by_id=by.id, **vars(plan))
    db.session.add(venue)
    db.session.flush()
    audit.record("venue_added", by=by, now=now, venue_id=venue.id)
    return venue


@operation
def change_venue(venue_id: int, plan: VenuePlan, *, by: Person, now: datetime) -> Venue:
    """Change what is known of a place; visits stay as they were noted.

    :raises NotFound: if it is not among those ``by`` may see.
    :raises VenueNameTaken: if the Division noted another of that name.
    """
    venue = lock_one(queries.visible_to(by).where(Venue.id == venue_id))
    _check_name(venue.division_id, plan.name, venue_id)
    for name, value in vars(plan).items():
        setattr(venue, name, value)
    audit.record("venue_changed", by=by, now=now, venue_id=venue_id)
    return venue


@operation
def note_visit(
    venue_id: int,
    visited_on: date,
    *,
    fit: Fit,
    words: str,
    pictures: Sequence[str] = (),
    by: Person,
    now: datetime,
) -> VenueVisit:
    """Note that somebody went to see a place; ``pictures`` were taken in already.

    :raises NotFound: if it is not among those ``by`` may see.
    :raises VisitAhead: for a day that is still to come there.
    :raises VisitSaysNothing: without words. :raises TooManyVisitPhotos: beyond six.
    """
    venue = find_one(queries.visible_to(by).where(Venue.id == venue_id))
    if visited_on > today(venue.division.time_zone, now):
        raise VisitAhead
    if not words.strip():
        raise VisitSaysNothing
    if len(shown := dict.fromkeys(pictures)) > MOST_PHOTOS:
        raise TooManyVisitPhotos(most=MOST_PHOTOS)
    facts = {"venue_id": venue_id, "visited_on": visited_on, "fit": fit, "words": words}
    visit = VenueVisit(by_id=by.id, noted_at=now, **facts)
    visit.photos = [VenuePhoto(picture=picture, made_at=now) for picture in shown]
    db.session.add(visit)
    db.session.flush()
    audit.record("venue_visited", by=by, now=now, venue_id=venue_id, visit_id=visit.id)
    return visit


@operation
def remove_photo(venue_id: int, photo_id: int, *, by: Person, now: datetime) -> None:
    """Take a photo of a visit away, as where somebody can be known on it.

    :raises NotFound: if its place is not among those ``by`` may see.
    """
    find_one(queries.visible_to(by).where(Venue.id == venue_id))
    db.session.delete(find_one(queries.photo(venue_id, photo_id)))
    audit.record("venue_photo_removed", by=by, now=now, venue_id=venue_id, photo_id=photo_id)


def _check_name(division_id: int, name: str, own_id: int | None) -> None:
    query = sa.select(Venue.id).where(Venue.division_id == division_id, Venue.name == name)
    if (taken := db.session.scalar(query)) is not None and taken != own_id:
        raise VenueNameTaken
