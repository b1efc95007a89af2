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


class NotPublished(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("No code is published for this day.")


class OwnReport(DomainError):
    message = _("You issued this report: others of the council say what they think of it.")


class OpinionStands(DomainError):
    message = _("An opinion on this report is being voted on, or was approved.")


class SpendingNamed(DomainError):
    message = _("Other minutes are said to have decided this payment.")


class BadDeadline(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose a day after today, within %(most)s days.")


class VoteOver(DomainError):
    message = _("The vote is over.")


class VotedAlready(DomainError):
    message = _("You voted already. A vote is not changed.")


class VoteSaysWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say in a few words why you vote so.")


class QuestionAnswered(DomainError):
    message = _("This question was answered. Ask another one if there is more.")


class AnotherAnswers(DomainError):
    message = _("You asked this question: a colleague answers it.")


class TooLateToPutOff(DomainError):
    message = _("An answer is put off once, and before its last day is over.")


class MinutesIncomplete(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Minutes need a number, a subject, a summary and their PDF.")


class MeetingToCome(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The meeting is still to come.")


class MinutesThere(DomainError):
    message = _("These minutes are published already. Correct them there.")


class MinutesCorrected(DomainError):
    message = _("A colleague corrected them meanwhile. Read what they say now, then send yours.")


class MinutesSayWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why they are corrected.")


class WithheldSaysWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why it is taken down.")
