"""What the house does for itself at regular times."""

from datetime import timedelta

from marketplace.core import clock, limits, queue, retention
from marketplace.core.imports import ImportDraft
from marketplace.core.readings import Reading

retention.keep(
    limits.Use,
    limits.Use.at,
    limits.KEPT.days,
    why="failed logins and other counted acts, under a hash",
    source="LGPD art. 15, I: no limit looks further back",
)
retention.keep(
    queue.Job,
    queue.Job.done_at,
    queue.KEPT.days,
    why="work that was done, without what it was about",
    source="LGPD art. 15, I: a month to look into a fault",
)
retention.keep(
    ImportDraft,
    ImportDraft.made_at,
    1,
    why="sheets that nobody confirmed",
    source="LGPD art. 15, I: a preview holds for a day",
)
retention.keep(
    Reading,
    Reading.read_at,
    2 * 365,
    why="who read whose data",
    source="LGPD art. 37 and 46; Marco Civil art. 15 asks for six months, misuse shows later",
)


@queue.job("core.sweep", every=timedelta(days=1))
def sweep() -> None:
    """Remove jobs done long ago and acts that no limit counts any more."""
    now = clock.now()
    queue.sweep(now=now)
    limits.sweep(now=now)


@queue.job("core.retention", every=timedelta(days=1))
def end_what_is_old() -> None:
    """End what no rule keeps any longer."""
    for _batch in retention.apply(clock.now()):
        queue.renew(now=clock.now())
