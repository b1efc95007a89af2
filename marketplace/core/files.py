"""Sheets as files to keep, so many an hour to each who reads."""

from flask import Response

from marketplace.core import limits
from marketplace.core.rights import current_person

EXPORTS_AN_HOUR = 60
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pace() -> None:
    """Count one more file for who reads.

    :raises TooMany: beyond so many in an hour.
    """
    limits.pace("export", str(current_person().id), limit=EXPORTS_AN_HOUR, seconds=3600)


def as_file(content: bytes, name: str, kind: str) -> Response:
    """Answer with a file of that name and media type, which a browser keeps."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
