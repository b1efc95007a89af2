"""What must always be true of the fairs: each query selects the ids of rows that break its rule."""

import sqlalchemy as sa

from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairMove, FairState
from marketplace.orders.models.places import Collection, CollectionSeller

LAST_MOVE = (
    sa.select(FairMove.state)
    .where(FairMove.fair_id == Fair.id)
    .order_by(FairMove.id.desc())
    .limit(1)
    .correlate(Fair)
    .scalar_subquery()
)

named = {
    "fairs.state_is_the_last_move": sa.select(Fair.id).where(
        sa.or_(LAST_MOVE.is_(None), Fair.state != LAST_MOVE)
    ),
    "fairs.announced_days_take_reservations": sa.select(FairDay.id)
    .join(FairDay.fair)
    .where(Fair.state == FairState.ANNOUNCED, FairDay.collection_id.is_(None)),
    "fairs.collection_is_of_its_fair": sa.select(Collection.id)
    .join(FairDay, FairDay.collection_id == Collection.id)
    .where(Collection.fair_id.is_distinct_from(FairDay.fair_id)),
    "fairs.sellers_are_exhibitors": sa.select(CollectionSeller.collection_id)
    .join(FairDay, FairDay.collection_id == CollectionSeller.collection_id)
    .join(FairDay.fair)
    .outerjoin(
        Exhibitor,
        sa.and_(
            Exhibitor.fair_id == FairDay.fair_id,
            Exhibitor.enterprise_id == CollectionSeller.enterprise_id,
        ),
    )
    .where(Exhibitor.id.is_(None), Fair.state == FairState.ANNOUNCED),
}
