"""What the queue does for reports; each job is safe to run twice."""

from datetime import timedelta

from marketplace.core import clock, media
from marketplace.core.queue import job
from marketplace.core.rights import HOUSE
from marketplace.reports import export_making, scheduled
from marketplace.reports.operations import exports, scheduling


@job(exports.MAKE)
def make_export(*, export_id: int, turn: int) -> None:
    """Write every line of sale that somebody asked for."""
    export_making.make(export_id, turn)


@job(exports.DROP)
def drop_export(*, name: str) -> None:
    """Remove the file of an export that is gone."""
    media.delete(name)


@job("reports.send_scheduled", every=timedelta(hours=6))
def send_scheduled() -> None:
    """Have the reports whose day has come issued and sent, each by a job of its own."""
    scheduling.enqueue_due(now=clock.now())


@job(scheduled.SEND)
def send_report(*, schedule_id: int) -> None:
    """Issue and send what one schedule owes; that it fails holds up no other."""
    scheduling.send(schedule_id, by=HOUSE, now=clock.now())
