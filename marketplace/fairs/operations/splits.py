"""Sharing out what a common desk took: one person prepares it, another approves it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import split_news
from marketplace.fairs.errors import (
    AnotherApprovesSplit,
    NothingToSplit,
    NotThisDay,
    SplitChanged,
    SplitMoved,
    SplitWaits,
)
from marketplace.fairs.models.fairs import Fair, FairDay
from marketplace.fairs.models.splits import DeskPart, DeskShare, DeskSplit, SplitState
from marketplace.fairs.queries import splits, tills
from marketplace.fairs.queries.splits import Taken, Taking
from marketplace.payments.operations import desk


@operation
def prepare_split(
    fair_id: int, day_id: int, *, in_cash: Collection[int] = (), by: Person, now: datetime
) -> int:
    """Share out what the desk took on a fair day and is in no split; return the split's id.

    Those whose ids are ``in_cash`` get their cash at the fair, the others by the next batch of
    payouts. Nothing moves before another person approves it.

    :raises NotFound: unless ``by`` sees to that desk. :raises NotThisDay: unless it is a day of it.
    :raises SplitWaits: while one of that fair waits. :raises NothingToSplit: if nothing was taken.
    :raises OwnEnterprise: to who belongs to one that sold there.
    """
    fair = lock_one(splits.fairs_seen_by(by).where(Fair.id == fair_id))
    day = db.session.scalar(tills.open_day(day_id).where(FairDay.fair_id == fair_id))
    if day is None or day.collection_id is None:
        raise NotThisDay(fair=fair.name)
    if db.session.scalar(_waiting_of(fair_id)):
        raise SplitWaits
    taken = splits.taking(day.collection_id)
    if not taken.is_something:
        raise NothingToSplit
    for enterprise in splits.names_of(taken.by_seller):
        conflicts.keep_out(by, enterprise)
    split = DeskSplit(
        fair_id=fair_id,
        collection_id=day.collection_id,
        prepared_at=now,
        prepared_by_id=by.id,
        shares=_shares(fair, taken, in_cash),
    )
    db.session.add(split)
    db.session.flush()
    db.session.add_all(_parts(split.id, taken))
    audit.record("desk_split_prepared", by=by, now=now, split_id=split.id)
    return split.id


@operation
def approve_split(split_id: int, *, by: Person, now: datetime) -> None:
    """Enter a split in the books (P22, P23) and tell each group its share.

    :raises NotFound: unless ``by`` sees to that desk. :raises SplitMoved: unless it waits.
    :raises AnotherApprovesSplit: to who prepared it. :raises OwnEnterprise: to who belongs to one
    in it. :raises SplitChanged: if more came of that day since.
    """
    split = _waiting(split_id, by)
    if split.prepared_by_id == by.id:
        raise AnotherApprovesSplit
    for share in split.shares:
        conflicts.keep_out(by, share.enterprise)
    if splits.taking(split.collection_id).events:
        raise SplitChanged
    split.state, split.approved_at, split.approved_by_id = SplitState.APPROVED, now, by.id
    entered = [_as_entered(share) for share in split.shares]
    desk.enter_split(split.id, split.fair_id, entered, by=by, now=now)
    for share in split.shares:
        split_news.tell_share(share, now=now)
    audit.record("desk_split_approved", by=by, now=now, split_id=split.id)


@operation
def discard_split(split_id: int, *, by: Person, now: datetime) -> None:
    """Let a split go that nobody approved: what is in it waits for another one.

    :raises NotFound: unless ``by`` sees to that desk. :raises SplitMoved: unless it waits.
    """
    split = _waiting(split_id, by)
    split.state, split.discarded_at, split.discarded_by_id = SplitState.DISCARDED, now, by.id
    db.session.execute(sa.delete(DeskPart).where(DeskPart.split_id == split.id))
    audit.record("desk_split_discarded", by=by, now=now, split_id=split.id)


def _waiting_of(fair_id: int) -> sa.Select[int]:
    waits = (DeskSplit.fair_id == fair_id, DeskSplit.state == SplitState.PREPARED)
    return sa.select(DeskSplit.id).where(*waits)


def _waiting(split_id: int, by: Person) -> DeskSplit:
    seen = find_one(splits.seen_by(by).where(DeskSplit.id == split_id))
    lock_one(sa.select(Fair).where(Fair.id == seen.fair_id))
    split = lock_one(sa.select(DeskSplit).where(DeskSplit.id == split_id))
    if split.state is not SplitState.PREPARED:
        raise SplitMoved
    return split


def _shares(fair: Fair, taking: Taking, in_cash: Collection[int]) -> list[DeskShare]:
    kept = splits.kept_fees(fair.id)
    return [
        _share(seller, one, max(0, fair.fee_cents - kept.get(seller, 0)), seller in in_cash)
        for seller, one in sorted(taking.by_seller.items())
        if one.is_something
    ]


def _share(seller: int, taken: Taken, fee: int, in_cash: bool) -> DeskShare:
    return DeskShare(
        enterprise_id=seller,
        enterprise=db.session.get_one(Enterprise, seller),
        fee_cents=min(fee, max(0, taken.cash_cents)),
        in_cash=in_cash and taken.cash_cents > 0,
        **vars(taken),
    )


def _parts(split_id: int, taking: Taking) -> list[DeskPart]:
    return [
        DeskPart(split_id=split_id, **{f"{event.kind}_id": event.id}) for event in taking.events
    ]


def _as_entered(share: DeskShare) -> desk.Share:
    return desk.Share(
        share.id,
        share.enterprise_id,
        cash_cents=share.cash_cents,
        machine_cents=share.machine_cents,
        fee_cents=share.fee_cents,
        handed_cents=share.handed_cents,
    )
