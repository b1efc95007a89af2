"""What the assessments can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class NotApprovedYet(DomainError):
    message = _("The Division approves the registration first. After that the group can begin.")


class AlreadySent(DomainError):
    message = _("The answers were sent: wait for the Division before changing them.")


class Unanswered(DomainError):
    message = _("Some principles have no answer yet: %(left)s.")


class WordsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say in a sentence how the group does it.")


class ProofMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Send a file, or write the number of the paper.")


class TooManyProofs(DomainError):
    message = _("One principle holds 10 papers. Take one back first.")


class WrongState(DomainError):
    """The decision no longer fits: somebody decided meanwhile."""

    message = _("The assessment is in another state now. Load the page again to see it.")


class WhyNeeded(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write the reason: the group will read it.")


class VisitAhead(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This day is still to come. Note the visit when it was made.")


class NobodyVisited(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write the name of at least one person who went.")


class PeersNeeded(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("In a peer visit, each visitor is of another group. Choose the group.")


class FindingsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say of each principle what was seen.")


class SeenWordsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write what you saw, in a few words.")


class TooManyVisitPhotos(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Send at most %(most)d photos of one visit.")


class NotOfTheDivision(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Only the Division's staff and its Council sit in the commission.")


class AlreadyNamed(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This person sits in the commission already.")


class EndsBeforeItBegins(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day comes before the first.")


class NotInOffice(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Somebody here was not in the commission on the day of the meeting.")


class MemberTied(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Belongs to the group and cannot decide: %(name)s.")


class QuorumMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("At least %(least)d members without a tie decide.")


class DecidedBefore(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("An appeal is decided by others. Decided the first time: %(name)s.")


class MeetingTooEarly(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("What this meeting decided about came on %(day)s. Choose that day or a later one.")


class ConditionsTooLong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("No decision holds longer than until %(day)s. Choose that day or an earlier one.")


class AppealWaits(DomainError):
    message = _("An appeal of this group waits for an answer. Decide about it first.")


class ConditionsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write the conditions, and a day after the meeting until which they are met.")


class PrinciplesMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Mark the principles that the commission found kept.")


class AppealOver(DomainError):
    message = _("An appeal is sent within %(days)d days of a decision, once.")
