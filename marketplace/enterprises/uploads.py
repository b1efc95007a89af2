"""The photo that a form sends, taken in; how many an hour is counted per person."""

from typing import BinaryIO, cast

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from marketplace.core.pictures import BadPicture, take_in
from marketplace.core.uploads import count_upload
from marketplace.enterprises.forms.registration import PhotoForm


def picture_in(form: PhotoForm) -> str | None:
    """Return the id of the photo sent; without one its field says why.

    :raises TooMany: beyond 60 photos in an hour.
    """
    sent: FileStorage | None = form.photo.data
    if not sent or not form.validate():
        form.photo.errors = [_("Choose a photo first.")]
        return None
    count_upload()
    try:
        return take_in(cast(BinaryIO, sent.stream))
    except BadPicture as error:
        form.photo.errors = [str(error)]
        return None
