"""What the enterprises can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class NoDivision(DomainError):
    message = _("No Division looks after this place yet. Choose the nearest one.")


class NotOpenForChange(DomainError):
    message = _("The registration was sent: wait for the answer before changing it.")


class StepNotFlagged(DomainError):
    message = _("Only what was marked can be changed now.")


class Incomplete(DomainError):
    message = _("Something is still missing: %(missing)s.")


class CnpjTaken(DomainError):
    message = _("Another enterprise is registered with this CNPJ.")


class CodeTaken(DomainError):
    message = _("Another enterprise has the code %(code)s.")


class WrongStanding(DomainError):
    """The decision no longer fits: somebody decided meanwhile."""

    message = _("%(name)s is in another state now. Load the page again to see it.")


class OwnEnterprise(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You belong to %(name)s: somebody else decides about it.")


class RegisteredByYou(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You registered %(name)s: somebody else approves it.")


class ReasonNeeded(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write the reason: the group will read it.")


class NothingFlagged(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Mark at least one thing to mend.")


class ManagerNeeded(DomainError):
    message = _("The group needs somebody who manages it. Give that to another person first.")


class AlreadyMember(DomainError):
    message = _("%(name)s is already in the group with this mobile number.")


class AlreadyFacilitates(DomainError):
    message = _("%(name)s already acts for the group.")


class NotAFacilitator(DomainError):
    message = _("Nobody with this mobile number is a facilitator. Ask the Division.")


class PixChangeWaits(DomainError):
    message = _("Another change of the Pix key waits. Cancel it first, or let it come.")


class SamePix(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is the Pix key in use.")


class NoPixChange(DomainError):
    message = _("No change of the Pix key waits any more. Load the page again to see the key.")


class PauseEndsEarly(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day cannot be before the first.")
