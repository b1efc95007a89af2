"""Files that come with a complaint: photos drawn anew, PDF as they are and never shown inline."""

from collections.abc import Iterable
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.core import papers
from marketplace.core.papers import Paper
from marketplace.core.pictures import MOST_BYTES, BadPicture, PictureTooLarge
from marketplace.core.rights import KB, MB
from marketplace.oversight.errors import BadEvidence, EvidenceTooLarge

MOST_FILES = 3
MOST_PDF = 4 * MB
UPLOAD = MOST_FILES * MOST_BYTES + 64 * KB


def evidence_in(sent: Iterable[FileStorage | str | None]) -> list[Paper]:
    """Return the files sent, as they will be kept; none sent is none.

    :raises EvidenceTooLarge: for more than three, or larger ones than are taken.
    :raises BadEvidence: for what is neither a photo nor a PDF.
    """
    files = [file for file in sent if isinstance(file, FileStorage) and file.filename]
    if len(files) > MOST_FILES:
        raise EvidenceTooLarge
    return [_taken(cast(BinaryIO, file.stream)) for file in files]


def _taken(stream: BinaryIO) -> Paper:
    try:
        return papers.read(stream, most_of_pdf=MOST_PDF)
    except PictureTooLarge as error:
        raise EvidenceTooLarge from error
    except BadPicture as error:
        raise BadEvidence from error
