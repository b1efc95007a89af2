"""What the accounts can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class AlreadyRegistered(DomainError):
    message = _("Somebody is already registered with this mobile number or e-mail.")


class WrongLogin(DomainError):
    """Unknown account, wrong password, not claimed yet or deactivated: all are answered alike."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The mobile number, e-mail or password is not right. Check them and try again.")


class WrongPassword(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The password you use now is not right.")


class WrongCode(DomainError):
    """Unknown account, wrong, used or old code: all are answered alike."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This code is not right, or it is too old. Check it or ask for a new one.")


class AlreadyClaimed(DomainError):
    message = _("%(name)s already has a password. Give a code for a new password instead.")


class NotOneself(DomainError):
    message = _("Nobody decides about their own roles or account. Ask another administrator.")


class AlreadyGiven(DomainError):
    message = _("%(name)s already has this role.")


class AlreadyEnded(DomainError):
    message = _("This has already ended.")


class OtherDivision(DomainError):
    message = _("The roles of one person are all in one Division. End those of the other first.")


class LastAdministrator(DomainError):
    message = _("This is the last administrator of the Division. Name another one first.")


class ZoneExists(DomainError):
    message = _("There is already a zone called %(name)s.")


class NeighbourhoodExists(DomainError):
    message = _("There is already a neighbourhood called %(name)s.")


class WrongFactor(DomainError):
    """Wrong, used before, or too old: all are answered alike."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This code is not right. Wait for the next one in the app and type that.")


class HasFactor(DomainError):
    message = _("The second step is set up already.")


class SecondPersonNeeded(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _(
        "You already helped %(name)s in the last 3 days. A new password and a lost second step are"
        " not both given by the same person: ask another administrator."
    )


class AnotherConfirms(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You noted this request yourself. Another person of the staff confirms it.")
