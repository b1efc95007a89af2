"""What must always be true of the fairs: each query selects the ids of rows that break its rule."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.fairs import note_invariants, split_invariants, till_invariants
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.calls import (
    GIVES,
    LEADS_TO,
    Application,
    Call,
    Draw,
    DrawnLot,
    MoveKind,
    Place,
    PlaceMove,
    PlaceState,
)
from marketplace.fairs.models.fairs import PUBLIC, Exhibitor, Fair, FairDay, FairMove
from marketplace.fairs.models.series import FairSeries
from marketplace.orders.models.places import Collection, CollectionSeller

LAST_MOVE = (
    sa.select(FairMove.state)
    .where(FairMove.fair_id == Fair.id)
    .order_by(FairMove.id.desc())
    .limit(1)
    .correlate(Fair)
    .scalar_subquery()
)
HELD = Place.state == PlaceState.HELD
GOT = DrawnLot.outcome.in_((Outcome.QUOTA, Outcome.OPEN))
OTHER = aliased(PlaceMove)
BESIDE = sa.select(OTHER.id).where(OTHER.place_id == PlaceMove.place_id)
FIRST_MOVE = ~BESIDE.where(OTHER.id < PlaceMove.id).exists()
LATEST_MOVE = ~BESIDE.where(OTHER.id > PlaceMove.id).exists()
ITS_STATE = sa.case(
    *((PlaceMove.kind == kind, sa.literal(state.value)) for kind, state in LEADS_TO.items()),
    else_=sa.literal(PlaceState.HELD.value),
)


def _lot(*outcomes: Outcome) -> sa.ColumnElement[bool]:
    """Whether the enterprise of a place drew such a lot in its call."""
    query = (
        sa.select(DrawnLot.id)
        .join(DrawnLot.application)
        .where(Application.call_id == Place.call_id)
        .where(Application.enterprise_id == Place.enterprise_id, DrawnLot.outcome.in_(outcomes))
    )
    return query.exists()


named = (
    till_invariants.named
    | split_invariants.named
    | note_invariants.named
    | {
        "fairs.state_is_the_last_move": sa.select(Fair.id).where(
            sa.or_(LAST_MOVE.is_(None), Fair.state != LAST_MOVE)
        ),
        "fairs.edition_is_of_its_divisions_series": sa.select(Fair.id)
        .join(Fair.series)
        .where(FairSeries.division_id != Fair.division_id),
        "fairs.announced_days_take_reservations": sa.select(FairDay.id)
        .join(FairDay.fair)
        .where(Fair.state.in_(PUBLIC), FairDay.collection_id.is_(None)),
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
        .where(Exhibitor.id.is_(None), Fair.state.in_(PUBLIC)),
        "fairs.no_more_places_than_there_are": sa.select(Call.id).where(
            sa.select(sa.func.count(Place.id))
            .where(Place.call_id == Call.id, HELD)
            .correlate(Call)
            .scalar_subquery()
            > Call.places
        ),
        "fairs.no_more_drawn_than_there_are": sa.select(Draw.id)
        .join(Draw.call)
        .where(
            sa.select(sa.func.count(DrawnLot.id))
            .where(DrawnLot.draw_id == Draw.id, GOT)
            .correlate(Draw)
            .scalar_subquery()
            > Call.places
        ),
        "fairs.a_place_has_moves": sa.select(Place.id).where(
            ~sa.select(PlaceMove.id).where(PlaceMove.place_id == Place.id).exists()
        ),
        "fairs.a_place_begins_by_being_given": sa.select(PlaceMove.id).where(
            FIRST_MOVE, PlaceMove.kind.not_in(GIVES)
        ),
        "fairs.a_place_is_as_its_last_move_left_it": sa.select(Place.id)
        .join(Place.moves)
        .where(LATEST_MOVE, sa.cast(Place.state, sa.String) != ITS_STATE),
        "fairs.a_drawn_place_was_drawn": sa.select(PlaceMove.id)
        .join(PlaceMove.place)
        .where(PlaceMove.kind == MoveKind.DRAWN, ~_lot(Outcome.QUOTA, Outcome.OPEN)),
        "fairs.who_is_called_up_waited": sa.select(PlaceMove.id)
        .join(PlaceMove.place)
        .where(PlaceMove.kind == MoveKind.CALLED_UP, ~_lot(Outcome.WAITING)),
        "fairs.who_holds_a_place_has_a_stall": sa.select(Place.id)
        .join(Place.call)
        .outerjoin(
            Exhibitor,
            sa.and_(
                Exhibitor.fair_id == Call.fair_id, Exhibitor.enterprise_id == Place.enterprise_id
            ),
        )
        .where(HELD, Exhibitor.id.is_(None)),
        "fairs.who_has_a_called_stall_holds_a_place": sa.select(Exhibitor.id)
        .join(Call, Call.fair_id == Exhibitor.fair_id)
        .outerjoin(
            Place,
            sa.and_(Place.call_id == Call.id, Place.enterprise_id == Exhibitor.enterprise_id, HELD),
        )
        .where(Place.id.is_(None)),
        "fairs.who_applied_did_in_time": sa.select(Application.id)
        .join(Application.call)
        .where(
            sa.or_(Application.applied_at < Call.opens_at, Application.applied_at >= Call.closes_at)
        ),
    }
)
