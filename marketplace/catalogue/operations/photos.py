"""A product's photos; the first is the one that lists show."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue.errors import QuotaReached, TooManyPhotos
from marketplace.catalogue.models.products import Photo, Product
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.signals import product_changed
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean

MOST_PER_PRODUCT, MOST_PER_ENTERPRISE = 8, 500
LONGEST_ALT, LONGEST_FILE_NAME = 200, 120


@operation
def add_photo(
    product_id: int,
    picture: str,
    *,
    alt: str = "",
    file_name: str = "",
    by: Person,
    now: datetime,
) -> Photo:
    """Put a picture already taken in after the others; the same one again stays where it is.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises TooManyPhotos: beyond eight.
    :raises QuotaReached: beyond 500 in the enterprise.
    """
    product = lock_one(queries.theirs(by, product_id))
    if same := next((photo for photo in product.photos if photo.picture == picture), None):
        return same
    if len(product.photos) >= MOST_PER_PRODUCT:
        raise TooManyPhotos(most=MOST_PER_PRODUCT)
    if queries.photo_usage(product.enterprise_id) >= MOST_PER_ENTERPRISE:
        raise QuotaReached
    photo = Photo(
        product_id=product.id,
        picture=picture,
        alt=clean(alt)[:LONGEST_ALT],
        file_name=clean(file_name)[:LONGEST_FILE_NAME],
        position=max((p.position for p in product.photos), default=-1) + 1,
        made_at=now,
    )
    db.session.add(photo)
    _show_first(product, "photo_added", by=by, now=now)
    return photo


@operation
def describe_photo(product_id: int, photo_id: int, alt: str, *, by: Person, now: datetime) -> None:
    """Say what a photo shows, for who does not see it."""
    product = lock_one(queries.theirs(by, product_id))
    photo = find_one(queries.photo(product.id, photo_id))
    if photo.alt != (told := clean(alt)[:LONGEST_ALT]):
        photo.alt = told
        _show_first(product, "photo_described", by=by, now=now)


@operation
def remove_photo(product_id: int, photo_id: int, *, by: Person, now: datetime) -> None:
    """Take a photo away; the next one becomes the first."""
    product = lock_one(queries.theirs(by, product_id))
    db.session.delete(find_one(queries.photo(product.id, photo_id)))
    _show_first(product, "photo_removed", by=by, now=now)


@operation
def order_photos(product_id: int, photo_ids: Sequence[int], *, by: Person, now: datetime) -> None:
    """Show photos in this order; those not named follow as they were.

    :raises NotFound: if one of them is not the product's.
    """
    product = lock_one(queries.theirs(by, product_id))
    if set(photo_ids) - {photo.id for photo in product.photos}:
        raise NotFound
    places = {photo_id: place for place, photo_id in enumerate(photo_ids)}
    wanted = sorted(product.photos, key=lambda photo: places.get(photo.id, len(places)))
    for place, photo in enumerate(wanted):
        photo.position = place
    _show_first(product, "photos_ordered", by=by, now=now)


def _show_first(product: Product, kind: str, *, by: Person, now: datetime) -> None:
    db.session.flush()
    first = sa.select(Photo.picture).where(Photo.product_id == product.id)
    product.picture = db.session.scalar(first.order_by(Photo.position, Photo.id).limit(1))
    product.changed_at = now
    product.shown_version += 1
    db.session.flush()
    db.session.expire(product, ["photos"])
    audit.record(kind, by=by, now=now, product_id=product.id)
    product_changed.send(product_id=product.id, by=by, now=now)
