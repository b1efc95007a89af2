"""What the queue does for payments; each job is safe to run twice."""

import logging
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db, rows
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.payments import gateway, hearing, sending
from marketplace.payments.gateway import MOST_LISTED, Gateway
from marketplace.payments.models.events import ProviderEvent
from marketplace.payments.models.online import Attempt
from marketplace.payments.operations import (
    arrivals,
    calls,
    dues,
    events,
    fees,
    reconciling,
    releasing,
    transfers,
)
from marketplace.payments.provider import Declined, NoAnswer, ProviderError
from marketplace.payments.queries import connect, online
from marketplace.payments.queries import dues as days
from marketplace.payments.queries import reconciling as known

QUIET = timedelta(minutes=5)
MOST_ASKED, BATCH = 100, 200
LATEST = timedelta(days=14)  # after its due date, that a boleto is asked about
LOOKED_BACK, A_DAY = timedelta(hours=26), timedelta(days=1)
log = logging.getLogger(__name__)


@job(calls.SEND_JOB)
def send(*, call_id: int) -> None:
    """Make a call to the provider that nobody has an answer to."""
    sending.send(call_id, now=clock.now())


@job(arrivals.BOOK_JOB)
def book(*, attempt_id: int) -> None:
    """Enter what the provider kept of a payment."""
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    charge_id = find_one(sa.select(Attempt.charge_id).where(Attempt.id == attempt_id))
    arrivals.book(attempt_id, there.movement_of(charge_id), by=HOUSE, now=clock.now())


@job("payments.ask_again", every=QUIET)
def ask_again() -> None:
    """Ask what became of payments of which no news came."""
    if gateway.current() is None:
        return
    now = clock.now()
    for attempt_id in list(db.session.scalars(online.quiet_since(now - QUIET, MOST_ASKED))):
        _look(attempt_id, now)


@job("payments.ask_about_boletos", every=timedelta(hours=1))
def ask_about_boletos() -> None:
    """Ask what became of boletos: banks tell once a day, and up to days after the due date."""
    if gateway.current() is None:
        return
    now, last = clock.now(), 0
    while found := list(db.session.scalars(online.boletos_since(now - LATEST, last, MOST_ASKED))):
        for last in found:
            _look(last, now)


def _look(attempt_id: int, now: datetime) -> None:
    try:
        sending.look(attempt_id, now=now)
    except Declined as no:  # of another key, say: the others are asked all the same
        log.exception("a payment that waits is not there", extra={"kind": no.code})


@job(events.APPLY_JOB)
def apply_event(*, event_id: str) -> None:
    """Ask for the object that an event is about, and keep what it is now."""
    if (there := gateway.current()) is None:
        raise NoAnswer("not_set_up")
    found, now = rows(_ABOUT, {"of": event_id}), clock.now()
    if not found:
        raise NotFound
    about: tuple[str, str, str] = tuple(found[0])
    try:
        ours = hearing.hear(*about, there, now=now)
    except Declined as no:
        log.warning("news is of what is not there", extra={"kind": no.code})
        ours = False
    events.note_applied(event_id, ours=ours, now=now)


@job("payments.list_news", every=timedelta(hours=1))
def list_news() -> None:
    """Keep the news that never came: since a day ago, or since the last that did."""
    if (there := gateway.current()) is None:
        return
    now = clock.now()
    newest = db.session.scalar(sa.select(sa.func.max(ProviderEvent.happened_at))) or now
    news = list(there.news(min(newest, now - LOOKED_BACK)))
    for start in range(0, len(news), BATCH):
        batch = news[max(0, len(news) - start - BATCH) : len(news) - start]  # the oldest first
        if missed := events.keep_missed(batch, now=now):
            log.warning("news came by the list", extra={"count": missed})


@job("payments.reconcile", every=timedelta(days=1))
def reconcile() -> None:
    """Keep the provider's own lines of the last days, and close each day that adds up."""
    if (there := gateway.current()) is None:
        return
    now = clock.now()
    whole = [day for day in known.days_to_list(now) if _all_kept(there, day, now)]
    for number, row_id in enumerate(list(db.session.scalars(known.unmet()))):
        if number % BATCH == 0:
            queue.renew(now=clock.now())
        hearing.hear_of(row_id, there, now=now)
        reconciling.match(row_id, now=now)
    _see_at_bank(there, now)
    for day in whole:
        reconciling.note_listed(day, asked_at=now)
    for day in list(db.session.scalars(known.open_days())):
        _close(day, now)


@job("payments.note_fees", every=timedelta(hours=1))
def note_fees() -> None:
    """Note what paying online costs by now, where the settings say something else than before."""
    if changed := fees.note_fees(by=HOUSE, now=clock.now()):
        log.info("fees of payments are others now", extra={"count": changed})


@job("payments.look_at_accounts", every=timedelta(hours=6))
def look_at_accounts() -> None:
    """Ask how accounts stand of which no news came for a day."""
    if (there := gateway.current()) is None:
        return
    now = clock.now()
    for account_id in connect.to_look_at(now - A_DAY, MOST_ASKED):
        try:
            hearing.look_at_account(account_id, there, now=now)
        except Declined as no:
            log.exception("an account is not there", extra={"kind": no.code})


@job("payments.send_waiting", every=timedelta(hours=1))
def send_waiting() -> None:
    """Try the transfers again that were not sent, where they may be by now."""
    if gateway.current() is None:
        return
    now = clock.now()
    transfers.give_up_retired(now=now)
    for call_id in connect.calls_to_try(now):
        try:
            sending.send(call_id, now=now)
        except ProviderError as no:  # the others are sent all the same
            log.warning("a transfer waits on", extra={"kind": no.code, "count": call_id})


@job("payments.release", every=timedelta(hours=1))
def release() -> None:
    """Release the shares whose hold is past."""
    done = 0
    while done := releasing.release_due(after=done, by=HOUSE, now=clock.now()):
        pass
    releasing.release_found(by=HOUSE, now=clock.now())


@job("payments.fund_due", every=timedelta(hours=1))
def fund_due() -> None:
    """Work out what direct sales owe solidarity funds, of each local day that is over."""
    for fund_id in days.adopting():
        if done := dues.enter_days(fund_id, by=HOUSE, now=clock.now()):
            log.info("what is due to a fund was worked out", extra={"count": done})


def _see_at_bank(there: Gateway, now: datetime) -> None:
    """Ask of each payout to the bank that is under way whether it is there."""
    for row_id, payout_id in db.session.execute(known.sweeps_under_way()).all():
        try:
            if there.bank_payout(payout_id, "").status == "paid":
                arrivals.note_at_bank(row_id, by=HOUSE, now=now)
        except Declined as no:  # of another key, say: the others are asked all the same
            log.warning("a payout to the bank is not there", extra={"kind": no.code})


def _all_kept(there: Gateway, day: date, now: datetime) -> bool:
    """Keep the lines of a day; return whether that is all of them."""
    queue.renew(now=clock.now())
    listed = there.movements(*known.span_of(day))
    for start in range(0, len(listed), BATCH):
        reconciling.keep_movements(listed[start : start + BATCH], now=now)
    if len(listed) < MOST_LISTED:
        return True
    log.error("a day has more lines than are listed at once", extra={"count": len(listed)})
    return False


def _close(day: date, now: datetime) -> None:
    reconciling.add_up(day)
    try:
        reconciling.close_day(day, by=HOUSE, now=now)
    except DomainError as no:
        log.info("a day of the provider's stays open", extra={"kind": no.code})


_ABOUT = sa.select(ProviderEvent.kind, ProviderEvent.object_id, ProviderEvent.account).where(
    ProviderEvent.event_id == sa.bindparam("of")
)
