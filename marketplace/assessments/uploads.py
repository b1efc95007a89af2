"""The papers that forms send, taken in; how many an hour is counted per person."""

from collections.abc import Iterable
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.core import papers
from marketplace.core.uploads import count_upload


def files_in(sent: Iterable[FileStorage | None]) -> list[str]:
    """Return the names of the files sent, taken in one by one; no file is none.

    :raises BadPicture: for what is neither photo nor PDF; those before it were taken in.
    :raises TooMany: beyond 60 files in an hour.
    """
    taken = []
    for file in sent:
        if file and file.filename:
            count_upload()
            taken.append(papers.take_in(cast(BinaryIO, file.stream)))
    return taken
