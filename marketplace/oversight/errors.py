"""What oversight can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class WordsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write a few words first.")


class ComplaintClosed(DomainError):
    message = _("This complaint is closed. Tell a new one if there is more.")


class CannotTakeOver(DomainError):
    message = _("Choose somebody of the Division who may handle this complaint.")


class TooManyComplaints(DomainError):
    """So many came that day that the door stays shut for a while."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    message = _("Too many complaints came today. Call the Division, or come back tomorrow.")
    headers = {"Retry-After": "3600"}


class BadEvidence(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We could not read a file. Send photos in JPEG, PNG or WebP, or a PDF.")


class EvidenceTooLarge(BadEvidence):
    message = _("Send at most 3 files: photos of up to 8 MB, PDF of up to 4 MB.")


class NothingSealed(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Nothing was sealed on these days.")


class TooManyEntries(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("These days have %(rows)s entries; %(most)s at once is the most. Take fewer days.")
