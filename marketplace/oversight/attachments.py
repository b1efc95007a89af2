"""Files of a complaint on their way to a reader."""

from flask import Response

from marketplace.core.headers import is_file
from marketplace.oversight.models.complaints import ENDINGS, ComplaintFile


def as_attachment(file: ComplaintFile) -> Response:
    """Send a file to be kept, never to be shown inside a page."""
    name = f"{file.id}.{file.ending}"
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return is_file(Response(file.content, mimetype=ENDINGS[file.ending], headers=told))
