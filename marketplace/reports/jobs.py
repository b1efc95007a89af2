"""What the queue does for reports; each job is safe to run twice."""

from marketplace.core import media
from marketplace.core.queue import job
from marketplace.reports import export_making
from marketplace.reports.operations import exports


@job(exports.MAKE)
def make_export(*, export_id: int, turn: int) -> None:
    """Write every line of sale that somebody asked for."""
    export_making.make(export_id, turn)


@job(exports.DROP)
def drop_export(*, name: str) -> None:
    """Remove the file of an export that is gone."""
    media.delete(name)
