"""Questions about potential places of fairs, and the visits to them."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.fairs.models.fairs import Fair, FairDay
from marketplace.fairs.models.venues import Venue, VenuePhoto, VenueVisit
from marketplace.fairs.queries.calendar import served_by


def visible_to(person: Person) -> sa.Select[Venue]:
    """Select the potential places that a person may see: those of their Divisions, by name."""
    query = sa.select(Venue).where(served_by(person, Venue.division_id))
    return query.order_by(Venue.name, Venue.id)


def visits(venue_id: int) -> sa.Select[VenueVisit]:
    """Select the visits to a place, the latest first, with who went and the photos."""
    query = sa.select(VenueVisit).where(VenueVisit.venue_id == venue_id)
    query = query.options(joinedload(VenueVisit.by), selectinload(VenueVisit.photos))
    return query.order_by(VenueVisit.visited_on.desc(), VenueVisit.id.desc())


def last_visits(venue_ids: Iterable[int]) -> dict[int, VenueVisit]:
    """Return the latest visit to each of these places, of those that were visited."""
    latest = (VenueVisit.visited_on.desc(), VenueVisit.id.desc())
    place = sa.func.row_number().over(partition_by=VenueVisit.venue_id, order_by=latest)
    asked = VenueVisit.venue_id.in_(list(venue_ids))
    ranked = sa.select(VenueVisit.id, place.label("place")).where(asked).subquery()
    last = sa.select(ranked.c.id).where(ranked.c.place == 1)
    found = db.session.scalars(sa.select(VenueVisit).where(VenueVisit.id.in_(last)))
    return {visit.venue_id: visit for visit in found}


def fairs_at(venue_id: int) -> sa.Select[Fair]:
    """Select the fairs that were planned at a place, the latest first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = sa.select(Fair).where(Fair.venue_id == venue_id).options(selectinload(Fair.days))
    return query.order_by(last.desc(), Fair.id.desc())


def photo(venue_id: int, photo_id: int) -> sa.Select[VenuePhoto]:
    visits_there = sa.select(VenueVisit.id).where(VenueVisit.venue_id == venue_id)
    query = sa.select(VenuePhoto).where(VenuePhoto.id == photo_id)
    return query.where(VenuePhoto.visit_id.in_(visits_there))
