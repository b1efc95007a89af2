"""Papers that people send to be looked at by a few: private files, named by their content.

Unlike pictures they have no address of their own: a view sends them, after asking who wants them.
A photo is drawn anew as pictures are; a PDF is kept as it is and only ever downloaded.

**Source:** OWASP, "File Upload Cheat Sheet".
"""

import hashlib
import io
from http import HTTPStatus
from typing import BinaryIO, NamedTuple

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from marketplace.core import media, pictures
from marketplace.core.errors import PicturesAway
from marketplace.core.headers import is_file

PDF, PDF_ENDS = b"%PDF-", b"%%EOF"
TAIL = 2048  # bytes in which a PDF has to end
KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg"}


class BadPaper(pictures.BadPicture):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We could not read this file. Send a PDF or a photo.")


class Paper(NamedTuple):
    kind: str  # of KINDS
    content: bytes


def read(stream: BinaryIO, *, most_of_pdf: int = pictures.MOST_BYTES) -> Paper:
    """Return a PDF as it was sent, or a photo of up to 8 MB drawn anew; sizes are bytes.

    :raises PictureTooLarge: for more than that. :raises BadPaper: for a PDF that was cut short.
    :raises BadPicture: for what is neither.
    """
    raw = stream.read(pictures.MOST_BYTES + 1)
    is_pdf = raw.startswith(PDF)
    if len(raw) > (most_of_pdf if is_pdf else pictures.MOST_BYTES):
        raise pictures.PictureTooLarge
    if not is_pdf:
        return Paper("jpg", pictures.redrawn(raw))
    if PDF_ENDS not in raw[-TAIL:]:
        raise BadPaper
    return Paper("pdf", raw)


def take_in(stream: BinaryIO) -> str:
    """Keep a PDF, or a photo drawn anew, of up to 8 MB; return its name.

    Call it before the operation that refers to it: it writes a file.

    :raises PictureTooLarge: for more than that. :raises BadPicture: for what is neither.
    :raises NotKept: if there is no place for it now.
    """
    return _kept(*read(stream))


def answer(name: str, *, public: bool = False) -> ResponseReturnValue:
    """Send a paper: a photo to be seen, a PDF to be kept; never cached by others.

    One that is ``public`` may be kept by whoever asks each time whether it still is.

    :raises NotFound: if it is not there.
    """
    kind = name.partition("-")[0]
    sent = send_file(
        io.BytesIO(media.get(f"{name}.bin")),
        mimetype=KINDS[kind],
        as_attachment=kind == "pdf",
        download_name=f"{name}.{kind}",
        conditional=public,
        etag=name if public else False,
    )
    sent.headers["Cache-Control"] = "public, no-cache" if public else "private, no-store"
    return is_file(sent)


def _kept(kind: str, data: bytes) -> str:
    name = f"{kind}-{hashlib.sha256(data).hexdigest()[:32]}"
    try:
        if not media.exists(f"{name}.bin"):
            media.put(f"{name}.bin", data)
    except (PicturesAway, OSError) as error:
        raise pictures.NotKept from error
    return name
