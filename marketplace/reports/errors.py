"""What the reports can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class NotBegun(DomainError):
    message = _("This period has not begun yet.")


class AnotherSaysWhy(DomainError):
    message = _("Report %(label)s covers this period already. Say why another is needed.")


class MoreThanASheet(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("A sheet does not hold so many lines. Choose a shorter period.")


class TooManyExports(DomainError):
    message = _("Three sheets of yours are being made. Ask again once one of them is there.")


class AlreadyScheduled(DomainError):
    message = _("You have this report sent already. End that first, or change nothing.")


class NotScheduled(DomainError):
    message = _("This sending has ended. Schedule it again.")


class FileAltered(DomainError):
    """What is kept is not what was issued: somebody changed it behind the house's back."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = _("This file is not the one that was issued. Tell who runs the system.")


class TargetWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This indicator cannot reach that.")


class TargetSaysWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say who decided it, in a few words.")


class DeclaredOfLater(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose a time from the year 2000 until now.")


class DeclaredSaysWho(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say which office or paper declares it.")


class DeclaredAlready(DomainError):
    message = _("A total is declared of this time and these limits. Open it to correct it.")


class CorrectedAlready(DomainError):
    message = _("This total was corrected already. Correct the one that stands for it.")


class CorrectionSaysWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why it is corrected, in a few words.")
