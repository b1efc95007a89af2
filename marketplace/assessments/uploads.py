"""The paper that a form sends, taken in; how many an hour is counted per person."""

from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.assessments.forms.answering import PaperForm
from marketplace.core import clock, limits, papers
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import current_person
from marketplace.enterprises.uploads import HOUR_SECONDS, UPLOADS_PER_HOUR


def paper_in(form: PaperForm) -> str | None:
    """Return the name of the file sent, empty without one; none if it cannot be: its field says so.

    :raises TooMany: beyond 60 files in an hour.
    """
    sent: FileStorage | None = form.paper.data
    if not sent:
        return ""
    who = f"user:{current_person().id}"
    limits.take("upload", who, limit=UPLOADS_PER_HOUR, seconds=HOUR_SECONDS, now=clock.now())
    try:
        return papers.take_in(cast(BinaryIO, sent.stream))
    except BadPicture as error:
        form.paper.errors = [str(error)]
        return None
