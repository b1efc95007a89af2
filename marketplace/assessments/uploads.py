"""The papers that forms send, taken in; how many an hour is counted per person."""

from collections.abc import Iterable
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.assessments.forms.answering import PaperForm
from marketplace.assessments.forms.ruling import AppealForm
from marketplace.core import clock, limits, papers
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import current_person
from marketplace.enterprises.uploads import HOUR_SECONDS, UPLOADS_PER_HOUR


def paper_in(form: PaperForm | AppealForm) -> str | None:
    """Return the name of the file sent, empty without one; none if it cannot be: its field says so.

    :raises TooMany: beyond 60 files in an hour.
    """
    try:
        return next(iter(files_in([form.paper.data])), "")
    except BadPicture as error:
        form.paper.errors = [str(error)]
        return None


def files_in(sent: Iterable[FileStorage | None]) -> list[str]:
    """Return the names of the files sent, taken in one by one; no file is none.

    :raises BadPicture: for what is neither photo nor PDF; those before it were taken in.
    :raises TooMany: beyond 60 files in an hour.
    """
    who, taken = f"user:{current_person().id}", []
    for file in sent:
        if file and file.filename:
            limits.take(
                "upload", who, limit=UPLOADS_PER_HOUR, seconds=HOUR_SECONDS, now=clock.now()
            )
            taken.append(papers.take_in(cast(BinaryIO, file.stream)))
    return taken
