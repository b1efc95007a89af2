"""Files that forms send: how many an hour is counted per person, whatever they are for."""

from typing import Any, BinaryIO, cast

from marketplace.core import clock, limits, papers
from marketplace.core.pictures import MOST_BYTES, BadPicture
from marketplace.core.rights import KB, current_person

UPLOADS_PER_HOUR, HOUR_SECONDS = 60, 3600
WITH_PAPER = MOST_BYTES + 64 * KB  # what a form may weigh that brings one


def count_upload() -> None:
    """Count a file that whoever is asking sends.

    :raises TooMany: beyond 60 in an hour.
    """
    who = f"user:{current_person().id}"
    limits.take("upload", who, limit=UPLOADS_PER_HOUR, seconds=HOUR_SECONDS, now=clock.now())


def paper_in(field: Any) -> str | None:
    """Take in the paper of a form's field, and return its name; empty without one.

    None if it cannot be read: the field says so then.

    :raises TooMany: beyond 60 files in an hour.
    """
    if not field.data:
        return ""
    count_upload()
    try:
        return papers.take_in(cast(BinaryIO, field.data.stream))
    except BadPicture as error:
        field.errors = [str(error)]
        return None
