"""The stored files of issued reports: handed out only while they are what was issued."""

import hashlib
import logging

import sqlalchemy as sa

from marketplace.core import files
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.reports.errors import FileAltered
from marketplace.reports.models.issued import FileKind, IssuedFile, IssuedReport

log = logging.getLogger(__name__)
TYPES = {FileKind.PDF: "application/pdf", FileKind.XLSX: files.XLSX, FileKind.CSV: files.CSV}


def content(report: IssuedReport, kind: FileKind) -> bytes:
    """Return a file of a report, byte for byte as issued.

    :raises NotFound: if there is none, or it went with an erased group.
    :raises FileAltered: if its SHA-256 is another by now.
    """
    of_report = IssuedFile.report_id == report.id, IssuedFile.size > 0
    query = sa.select(IssuedFile).where(*of_report, IssuedFile.kind == kind)
    kept = find_one(query.options(sa.orm.undefer(IssuedFile.content)))
    db.session.expunge(kept)
    if hashlib.sha256(kept.content).hexdigest() != kept.sha256:
        log.error("an issued file was altered", extra={"file": kept.id})
        raise FileAltered
    return kept.content


def name(report: IssuedReport, kind: FileKind) -> str:
    """Return what a file is called when it is kept: ``relatorio-3-2026.pdf``."""
    return f"relatorio-{report.number}-{report.year}.{kind.value}"
