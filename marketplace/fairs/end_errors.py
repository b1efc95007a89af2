"""What the end of a fair can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class FairIsClosed(DomainError):
    message = _("%(fair)s is closed: open it again to change something.")


class FairNotOver(DomainError):
    message = _("A fair is closed from the day after its last one.")


class FairNotHeld(DomainError):
    message = _("%(fair)s was not announced: there is nothing to close.")


class FairNotClosed(DomainError):
    message = _("%(fair)s is not closed.")


class WhyClosedNow(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Something is pending: say why it is closed all the same.")


class WhyOpenedAgain(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why it is opened again.")
