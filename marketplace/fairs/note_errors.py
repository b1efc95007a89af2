"""What counting the box that backs notes can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class BoxDiffers(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The books have %(kept)s in it: say why there is another sum.")
