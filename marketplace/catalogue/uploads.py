"""Photos as forms send them, taken in one by one."""

from collections.abc import Iterable
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.core.pictures import MOST_BYTES, take_in
from marketplace.core.rights import KB
from marketplace.core.uploads import count_upload

UPLOAD = MOST_BYTES + 64 * KB


def pictures_in(sent: Iterable[FileStorage | None]) -> list[tuple[str, str]]:
    """Take in the photos sent, and return the id and file name of each; no photo is none.

    :raises BadPicture: for a file that is not a photo; those before it were taken in.
    :raises TooMany: beyond 60 in an hour.
    """
    taken = []
    for file in sent:
        if file and file.filename:
            count_upload()
            taken.append((take_in(cast(BinaryIO, file.stream)), file.filename))
    return taken
