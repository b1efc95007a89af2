"""Why a sheet cannot be read."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class BadSheet(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We could not read this file. Send a spreadsheet in CSV or XLSX.")


class SheetTooLarge(BadSheet):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = _("This file is too large. Send one of up to %(megabytes)s MB.")


class TooManyRows(BadSheet):
    message = _("This spreadsheet has more than %(most)s rows. Send it in parts.")


class TooManyColumns(BadSheet):
    message = _("This spreadsheet has more than %(most)s columns.")


class OldOrLocked(BadSheet):
    message = _("This is an old or locked Excel file. Save it as XLSX, without a password.")


class BrokenCsv(BadSheet):
    message = _("Row %(row)s cannot be read: a quotation mark is missing or out of place.")


class NoHeader(BadSheet):
    message = _("This spreadsheet is empty. Its first row names the columns.")


class ColumnTwice(BadSheet):
    message = _("Two columns are named “%(name)s”. Each column needs its own name.")


class CellWithoutColumn(BadSheet):
    message = _("Cell %(cell)s is outside the columns named in the first row.")
