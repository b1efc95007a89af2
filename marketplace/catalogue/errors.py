"""What the catalogue can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError
from marketplace.core.sheets.errors import BadSheet


class OutOfStock(DomainError):
    """Facts: ``name`` of the product, ``left`` to sell, ``product_id``."""

    message = _("Only %(left)s of %(name)s left.")

    def __str__(self) -> str:
        if not self.facts.get("left"):
            return str(_("%(name)s is sold out.")) % self.facts
        return super().__str__()


class NotHeld(DomainError):
    message = _("So many of %(name)s are not held for this order.")


class BadQuantity(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write a whole number from %(least)s to %(most)s.")


class Incomplete(DomainError):
    """Facts: ``missing``, the names of the fields that a product on sale must have."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("To put it on sale, a product needs a photo, a name and a price.")


class NotSelling(DomainError):
    message = _("Your group can put products on sale once it is approved.")


class Blocked(DomainError):
    message = _("This product is off sale while its group is suspended.")


class TooManyPhotos(DomainError):
    message = _("A product has at most %(most)s photos. Delete one first.")


class QuotaReached(DomainError):
    message = _("Your group has no room for more photos. Delete photos that you no longer use.")


class BadPrice(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write a price from R$ 0,01 to R$ 1.000.000,00.")


class NotOfTheGroup(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose who worked among the members, or write the name.")


class NoNames(BadSheet):
    message = _("The spreadsheet has no column “nome”. The first row must name the columns.")


class CategoryTaken(DomainError):
    message = _("There is already a category called %(name)s in this segment.")


class OtherSegment(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This category is not of the segment chosen.")


class CheckSaysWhere(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say where you read the act.")


class BadHour(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write how much an hour is to leave.")


class NotYetDecided(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This day is still to come. Note it once the assembly decided.")


class VoteMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say which assembly it was, or add the minute.")


class UnknownGoods(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose one of the list.")


class UnknownRegime(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose one of the list.")
