"""What ordering can refuse: read this first, it is the list of the rules."""

from dataclasses import dataclass
from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class BasketEmpty(DomainError):
    message = _("Your basket is empty.")


class BasketFull(DomainError):
    message = _("A basket holds up to %(most)s different products. Order these first.")


class NotForSale(DomainError):
    message = _("%(name)s is no longer for sale. Take it out of the basket to continue.")


class QuantityOutOfRange(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose a quantity from 1 to %(most)s.")


@dataclass(frozen=True)
class PriceLine:
    """A basket line whose price is another now; centavos of one unit."""

    product_id: int
    name: str
    was_cents: int
    now_cents: int


class PriceChanged(DomainError):
    """``lines`` says which prices, from what to what."""

    message = _("Some prices changed since you filled the basket. See them and confirm again.")

    def __init__(self, lines: list[PriceLine]) -> None:
        super().__init__()
        self.lines = lines


class NotRevived(DomainError):
    message = _("This reservation cannot be taken up again: buy at the stall what is there.")


class TotalChanged(DomainError):
    message = _("The total is another one now. Look at it and confirm once more.")


@dataclass(frozen=True)
class ShortLine:
    """A basket line of which there are only ``left``."""

    product_id: int
    name: str
    left: int


class SoldOut(DomainError):
    """``lines`` says of which products there is less than was asked for, and how much."""

    message = _("Somebody was faster: there is not enough of %(names)s. Change the quantity.")

    def __init__(self, lines: list[ShortLine]) -> None:
        super().__init__(names=", ".join(line.name for line in lines))
        self.lines = lines


class OverLimit(DomainError):
    message = _("At this fair each person may have %(most)s of %(name)s. Yours so far: %(had)s.")


class AlreadyReserved(DomainError):
    message = _("Of these %(pieces)s are reserved already: fewer cannot be apart.")


class BuyerMissing(DomainError):
    """``field`` names what is missing or unreadable: name, mobile or email."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Tell us your name and a mobile number with area code.")

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class WayNotOffered(DomainError):
    """The way chosen does not fit what the enterprise sells, or is no longer open."""

    status = HTTPStatus.CONFLICT
    message = _("%(enterprise)s cannot hand over like this any more. Please choose again.")


class MethodNotOffered(DomainError):
    message = _("%(enterprise)s does not take this way of paying. Please choose another.")


class TooSoonForBoleto(MethodNotOffered):
    """What was ordered is had before the bank must have told whether the boleto was paid."""

    message = _(
        "A boleto would come too late for the day you chose: the bank takes days to tell."
        " Choose another way of paying, or a later day."
    )


class WindowFull(DomainError):
    message = _("This time is full. Please choose another.")


class OneVisit(DomainError):
    message = _("Choose one time for all that you collect at the same fair.")


class TooManySellers(DomainError):
    message = _("One order goes to at most %(most)s enterprises. Order in two parts.")


class MoveNotLawful(DomainError):
    """``state`` is where the order is by now."""

    message = _("This order has moved on in the meantime. Look at it again.")


class AnswerTooLate(DomainError):
    message = _("The time to answer this order is over; the buyer was told.")


class ReasonMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why, in a few words: the buyer will read it.")


class QuantityWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("A quantity cannot be more than what was ordered.")


class NothingLeft(DomainError):
    message = _("Nothing would be left of this order. Refuse or cancel it instead.")


class WrongCode(DomainError):
    """``left`` is how many tries remain."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is not the code of the order. Tries left: %(left)s.")


class CodeLocked(DomainError):
    message = _("Too many wrong codes. Hand over with a reason, or ask the Division.")


class TooLateToChange(DomainError):
    message = _("It is too late to change this order here. Talk to who sells.")


class WithdrawalNotGiven(DomainError):
    message = _("This order cannot be given back here. Talk to who sells.")


class LookupFailed(DomainError):
    """The same for a wrong number, a wrong mobile, a wrong or an old code."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We found no order with this number, mobile and code.")


class SellerHasOrders(DomainError):
    message = _("%(enterprise)s has orders to hand over there. Cancel those first.")


class WindowTaken(DomainError):
    message = _("People have chosen a time that would no longer exist, or have less room.")


class CollectionOver(DomainError):
    message = _("What has ended or was cancelled cannot be changed.")


class HoursWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Check the hours: each day closes after it opens.")


class PriceWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write a price from R$ 0,00 to R$ 1.000,00.")


class DaysWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write how many days it takes, from 1 to %(most)s.")


class OfAnAccount(DomainError):
    message = _("This order belongs to an account. Sign in, and erase it there.")


class NothingToGiveBack(DomainError):
    message = _("Nothing of this order waits for a Pix key at the moment.")
