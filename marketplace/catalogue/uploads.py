"""Photos as forms send them, taken in one by one."""

from collections.abc import Iterable
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.core import clock, limits
from marketplace.core.pictures import MOST_BYTES, take_in
from marketplace.core.rights import KB, current_person

UPLOAD = MOST_BYTES + 64 * KB
UPLOADS_PER_HOUR, HOUR_SECONDS = 60, 3600


def pictures_in(sent: Iterable[FileStorage | None]) -> list[tuple[str, str]]:
    """Take in the photos sent, and return the id and file name of each; no photo is none.

    :raises BadPicture: for a file that is not a photo; those before it were taken in.
    :raises TooMany: beyond 60 in an hour.
    """
    taken = []
    for file in sent:
        if file and file.filename:
            who = f"user:{current_person().id}"
            limits.take(
                "upload", who, limit=UPLOADS_PER_HOUR, seconds=HOUR_SECONDS, now=clock.now()
            )
            taken.append((take_in(cast(BinaryIO, file.stream)), file.filename))
    return taken
