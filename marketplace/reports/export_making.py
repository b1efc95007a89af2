"""Writing every line of sale of a period into a workbook, with a bound on memory."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask_babel import force_locale

from marketplace.core import clock, media, queue
from marketplace.core.database import db
from marketplace.core.language import DEFAULT
from marketplace.core.sheets.writing import write_xlsx_to
from marketplace.reports import exports
from marketplace.reports.models.exports import SalesExport, file_of
from marketplace.reports.operations import exports as operations
from marketplace.reports.operations.exports import Begun

log = logging.getLogger(__name__)


class OvertakenError(Exception):
    """A later turn does the same: this one ends and keeps nothing."""


def make(export_id: int, turn: int) -> None:
    """Make what was asked for; that it failed is noted for its owner, who may ask again."""
    try:
        if begun := operations.begin_export(export_id, turn, now=clock.now()):
            _write(export_id, begun)
    except OvertakenError:
        log.info("a later turn makes this export", extra={"export": export_id})
    except Exception as error:  # of whatever kind: who waits for it is told
        db.session.rollback()
        log.exception("an export was not made", exc_info=error, extra={"export": export_id})
        operations.fail_export(export_id, turn, now=clock.now())


def _write(export_id: int, begun: Begun) -> None:
    written = Written(export_id, begun)
    with tempfile.TemporaryDirectory(prefix="paneiro-export-") as folder, force_locale(DEFAULT):
        file = Path(folder) / "vendas.xlsx"
        write_xlsx_to(file, exports.headings(), written.rows(), numbers=exports.NUMBERS)
        content = file.read_bytes()
    export = db.session.get_one(SalesExport, export_id)
    media.put(file_of(export.token, begun.turn), content)
    told = {"done": written.done, "size": len(content)}
    operations.keep_export(export_id, begun.turn, **told, now=clock.now())


class Written:
    """The lines of an export, telling how many of them were taken."""

    def __init__(self, export_id: int, begun: Begun) -> None:
        self._export_id, self._begun, self.done = export_id, begun, 0

    def rows(self) -> Iterator[list[str]]:
        """Yield each line as cells; after each batch note how far it is, and keep the job.

        :raises OvertakenError: if a later turn was asked for.
        """
        cells, begun = exports.Cells(), self._begun
        for batch in exports.batches(begun.division_id, begun.period, begun.last_id):
            yield from map(cells.of, batch)
            self.done += len(batch)
            now = clock.now()
            if not operations.note_progress(self._export_id, begun.turn, self.done, now=now):
                raise OvertakenError
            queue.renew(now=now)
