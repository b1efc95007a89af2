"""What the fairs can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class FairIncomplete(DomainError):
    message = _("%(fair)s cannot be announced yet: %(missing)s.")


class FairIsCancelled(DomainError):
    message = _("%(fair)s was cancelled; make a copy of it with new days.")


class ReservationsCloseLate(DomainError):
    message = _("Reservations must close before the fair's first day ends.")


class ReservationsAreClosed(DomainError):
    message = _("Reservations are closed, and each group has its list: the end of them stays.")


class ReservationsAreOver(DomainError):
    message = _("Nobody can reserve for %(fair)s any more: there is nothing to set apart.")


class NotToReserve(DomainError):
    message = _("%(name)s cannot be set apart: it must be ready, and handed over at fairs.")


class RulesStand(DomainError):
    field = "rules"
    message = _("Its call is open: groups accepted these rules, and they stay as they are.")


class RulesNotAccepted(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Read the rules of the fair, and say that you accept them.")


class TillsOfAnotherMode(DomainError):
    field = "cash_mode"
    message = _("A till is bound that would not fit: take it out of use first.")


class NotItsWayOfCash(DomainError):
    message = _("%(fair)s takes its money another way: this till cannot be bound.")


class SeriesStands(DomainError):
    field = "series_id"
    message = _("Its call asks who came to editions of this series: the fair stays in it.")


class NoSeries(DomainError):
    field = "came_to_editions"
    message = _("This fair belongs to no series: nobody can have come to its editions.")


class SeriesNameTaken(DomainError):
    message = _("There is a series of this name already.")


class NoEdition(DomainError):
    message = _("%(series)s has no edition yet: plan a fair and choose this series there.")


class VenueNameTaken(DomainError):
    message = _("A place of this name is noted already.")


class VisitAhead(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This day is still to come: note a visit after it was made.")


class VisitSaysNothing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write what was seen there.")


class TooManyVisitPhotos(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Send up to %(most)s photos with a visit.")


class DayHasOrders(DomainError):
    message = _(
        "People have reserved for %(day)s: cancel the fair, or keep this day and its hours."
    )


class NotSelling(DomainError):
    message = _("%(enterprise)s is not approved to sell.")


class ReasonNeeded(DomainError):
    message = _("Say why, in a few words.")


class CallIsOpen(DomainError):
    message = _("The call has opened: people count on what it says.")


class HasExhibitors(DomainError):
    message = _("Take out those who have a stall first: a call gives all the places.")


class NoStallsToFill(DomainError):
    message = _("Lay out the stalls first: the map has none that could be given.")


class PlacesAreDrawn(DomainError):
    message = _("The places of this fair come from its call: give one there, with a reason.")


class CallClosesTooLate(DomainError):
    field = "close_day"
    message = _("It must close after now, after it opens, and before the fair begins.")


class LotteryOutOfTime(DomainError):
    field = "lottery_on"
    message = _("The lottery must be drawn after the call closes and before the fair begins.")


class QuotasTooMany(DomainError):
    field = "places"
    message = _("The segments keep %(kept)s places, and there are %(places)s.")


class CallNotOpen(DomainError):
    message = _("The call of %(fair)s is not open: nothing can be changed any more.")


class NotEligible(DomainError):
    message = _("%(enterprise)s cannot apply: %(why)s")


class OtherSegment(DomainError):
    message = _("Choose a segment of your registration.")


class CallStillOpen(DomainError):
    message = _("The call is still open: the draw comes after it closes.")


class LotteryNotDrawn(DomainError):
    message = _("The lottery is drawn on %(day)s: the draw comes after that.")


class AlreadyDrawn(DomainError):
    message = _("The places of this fair are drawn already.")


class NotDrawn(DomainError):
    message = _("First the places are drawn.")


class NoPlaceLeft(DomainError):
    message = _("All %(places)s places are given: say whose place it is to be.")


class HasPlace(DomainError):
    message = _("%(enterprise)s has a place already.")


class FairHasBegun(DomainError):
    message = _("%(fair)s has begun: its places are no longer given up here.")


class FairNotBegun(DomainError):
    message = _("Attendance is taken from the first day of the fair on.")


class RemarksTooEarly(DomainError):
    message = _("Remarks are noted from the first day of the fair on.")


class RemarkMissing(DomainError):
    field = "words"
    message = _("Write what the visitor said.")


class TillUnknown(DomainError):
    status = HTTPStatus.UNAUTHORIZED
    message = _("This device is not bound to a fair. Ask the Division for a new link.")
    headers = {"WWW-Authenticate": "Bearer"}


class TillRevoked(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("This device was taken out of use. What it sold can still be sent.")


class BatchUnreadable(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("What the till sent could not be read.")


class NotThisDay(DomainError):
    message = _("%(fair)s has no such day open: announce it first.")


class NotAtThisFair(DomainError):
    message = _("%(enterprise)s has no place at this fair.")


class AnotherSale(DomainError):
    message = _("Another sale was kept under this number.")


class UnknownGoods(DomainError):
    message = _("An item of it is in no catalogue.")


class NotOfThisTill(DomainError):
    message = _("An item of it is of a group for which this till does not sell.")


class SaleNotHere(DomainError):
    message = _("The sale that it undoes has not arrived.")


class VoidedBefore(DomainError):
    message = _("The sale was undone before, or given back.")


class ReservationNotHere(DomainError):
    message = _("There is no such reservation at this till.")


class NothingTyped(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write what was sold, in at least one way of paying.")


class NotItsCashier(DomainError):
    message = _("Who sold it does not sell on this till.")


class SplitWaits(DomainError):
    message = _("A split of this fair waits to be approved.")


class NothingToSplit(DomainError):
    message = _("The common desk took nothing that is not shared out.")


class SplitMoved(DomainError):
    message = _("This split does not wait any more.")


class SplitChanged(DomainError):
    message = _("More came from the desk since: let this split go, and prepare it anew.")


class AnotherApprovesSplit(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You prepared it: another person approves it.")


class BankingWaits(DomainError):
    message = _("One that was noted waits to be confirmed.")


class NothingToBank(DomainError):
    message = _("By the books nothing is left to go to the bank.")


class ProofMissing(DomainError):
    field = "proof"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write the number of the bank's proof.")


class MoreThanPaid(DomainError):
    field = "counted"
    message = _("This is more than was sold by card.")


class AnotherConfirmsBanking(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You noted it: another person confirms it.")


class NotesNotOut(DomainError):
    message = _("More would have come back than is in circulation.")


class BankingMoved(DomainError):
    message = _("It does not wait any more, or the books moved since: note it anew.")
