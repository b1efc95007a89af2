"""Files that come with a complaint: photos drawn anew, PDF taken as it is and never shown inline.

**Source:** OWASP, "File Upload Cheat Sheet".
"""

from collections.abc import Iterable
from typing import BinaryIO, NamedTuple, cast

from werkzeug.datastructures import FileStorage

from marketplace.core import pictures
from marketplace.core.pictures import MOST_BYTES, BadPicture
from marketplace.core.rights import KB, MB
from marketplace.oversight.errors import BadEvidence, EvidenceTooLarge

MOST_FILES = 3
MOST_PDF = 4 * MB
UPLOAD = MOST_FILES * MOST_BYTES + 64 * KB
PDF, PDF_END, TAIL = b"%PDF-", b"%%EOF", 1 * KB


class Evidence(NamedTuple):
    ending: str  # jpg, pdf
    content: bytes


def evidence_in(sent: Iterable[FileStorage | str | None]) -> list[Evidence]:
    """Return the files sent, as they will be kept; none sent is none.

    :raises EvidenceTooLarge: for more than three, or larger ones than are taken.
    :raises BadEvidence: for what is neither a photo nor a PDF.
    """
    files = [file for file in sent if isinstance(file, FileStorage) and file.filename]
    if len(files) > MOST_FILES:
        raise EvidenceTooLarge
    return [_taken(cast(BinaryIO, file.stream)) for file in files]


def pdf_in(stream: BinaryIO) -> bytes:
    """Return a PDF as it was sent.

    :raises EvidenceTooLarge: beyond 4 MB. :raises BadEvidence: if it is none, or cut short.
    """
    content = stream.read(MOST_PDF + 1)
    if len(content) > MOST_PDF:
        raise EvidenceTooLarge
    if not content.startswith(PDF) or PDF_END not in content[-TAIL:]:
        raise BadEvidence
    return content


def _taken(stream: BinaryIO) -> Evidence:
    begins = stream.read(len(PDF))
    stream.seek(0)
    if begins == PDF:
        return Evidence("pdf", pdf_in(stream))
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise EvidenceTooLarge
    try:
        return Evidence("jpg", pictures.redrawn(raw))
    except pictures.PictureTooLarge as error:
        raise EvidenceTooLarge from error
    except BadPicture as error:
        raise BadEvidence from error
