"""The draw of a call's places, once, by a number that nobody of the house chose."""

from datetime import datetime

from flask_babel import format_date

from marketplace.core import audit
from marketplace.core.clock import today
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.fairs import draw as lots
from marketplace.fairs import news
from marketplace.fairs.errors import AlreadyDrawn, CallStillOpen, LotteryNotDrawn
from marketplace.fairs.models.calls import Application, Call, Draw, DrawnLot, MoveKind
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import exhibitors, places
from marketplace.fairs.queries import calls, eligibility


@operation
def draw_places(fair_id: int, prizes: tuple[str, ...], *, by: Person, now: datetime) -> Draw:
    """Draw a call's places by the prizes of the lottery it named; all who applied are told.

    ``prizes``: the tickets drawn, first to fifth, of six digits each.

    :raises CallStillOpen: until it closed.
    :raises LotteryNotDrawn: before the lottery's day.
    :raises AlreadyDrawn: the second time.
    :raises OwnEnterprise: if ``by`` belongs to one that applied.

    **Source:** RFC 3797 (verifiable selection by public lotteries); ADR 31.
    """
    fair = exhibitors.lock_fair(fair_id, by)
    call = lock_one(calls.of_fair(fair_id))
    _check(call, now)
    applied = calls.applications(call.id)
    for each in applied:
        conflicts.keep_out(by, each.enterprise)
    drawn = Draw(
        call_id=call.id,
        prizes=" ".join(prizes),
        seed=seed_of(fair, call, prizes),
        drawn_at=now,
        by_id=by.id,
    )
    db.session.add(drawn)
    db.session.flush()
    _draw(call, drawn, applied, by=by, now=now)
    audit.record("places_drawn", by=by, now=now, fair_id=fair_id, draw_id=drawn.id)
    return drawn


def seed_of(fair: Fair, call: Call, prizes: tuple[str, ...]) -> str:
    """Return the seed: the fair's address, the number of the lottery, its prizes in order."""
    return "-".join((fair.slug, f"{call.lottery_number:05d}", *prizes))


def _check(call: Call, now: datetime) -> None:
    if not call.is_closed(now):
        raise CallStillOpen
    if today(call.fair.time_zone, now) < call.lottery_on:
        raise LotteryNotDrawn(day=format_date(call.lottery_on))
    if call.draw is not None:
        raise AlreadyDrawn


def _draw(
    call: Call, drawn: Draw, applied: list[Application], *, by: Person, now: datetime
) -> None:
    sent, line = {each.number: each for each in applied}, []
    for each in applied:
        if bar := eligibility.bar_of(each.enterprise, call, now):
            _keep_out(call, drawn, each, bar.rule, now=now)
        else:
            credit = calls.credit(each.enterprise_id, call.fair.division_id, now)
            line.append(lots.Applicant(each.number, each.segment.value, credit))
    waits = 0
    for lot in lots.draw(line, call.places, call.quotas, drawn.seed):
        application = sent[lot.applicant.number]
        row = _keep(drawn, application, lot)
        if lot.outcome is lots.Outcome.WAITING:
            waits += 1
            news.tell_waiting(call, row, waits, now=now)
        else:
            who = application.enterprise_id
            places.give(call, who, application.segment, MoveKind.DRAWN, by=by, now=now)


def _keep(drawn: Draw, application: Application, lot: lots.Lot, *, rule: str = "") -> DrawnLot:
    row = DrawnLot(
        draw_id=drawn.id,
        application=application,
        number=application.number,
        segment=application.segment,
        credit=lot.applicant.credit,
        digest=lot.digest,
        position=lot.position,
        outcome=lot.outcome,
        rule=rule,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _keep_out(
    call: Call, drawn: Draw, application: Application, rule: str, *, now: datetime
) -> None:
    kept_out = lots.Applicant(application.number, application.segment.value)
    lot = lots.Lot(kept_out, "", 0, lots.Outcome.EXCLUDED)
    news.tell_barred(call, _keep(drawn, application, lot, rule=rule), now=now)
