"""What the payments can refuse."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class PaymentMoved(DomainError):
    message = _("This payment has moved on in the meantime. Look at it again.")


class PaymentDisputed(DomainError):
    message = _(
        "The buyer's bank disputes this payment: nothing is given back until the bank has decided."
    )


class DisputeMoved(DomainError):
    message = _("This dispute cannot be answered any more.")


class AnswerMissing(DomainError):
    message = _("Write what speaks for those who sold.")


class AmountWrong(DomainError):
    message = _("An amount to pay must be more than zero.")


class NothingToPost(DomainError):
    message = _("There is nothing to write into the books.")


class DayNotListed(DomainError):
    message = _("This day is not over, or the provider was not asked for all of it since.")


class LinesLeft(DomainError):
    message = _(
        "Lines of the provider that meet no entry of the books, or one of another sum: %(count)s."
        " The day closes once a person has seen to them."
    )


class SumsDiffer(DomainError):
    message = _("The provider's lines and the books differ by %(difference)s on this day.")


class WrongSide(DomainError):
    message = _("There is not enough in an account for this.")


class OwnerKnown(DomainError):
    message = _("Whose this money is was said already. Look at it again.")


class WhyMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why, in a few words.")


class BatchWaits(DomainError):
    message = _("A batch waits to be approved: approve it or let it go before preparing another.")


class NothingToPayOut(DomainError):
    message = _("There is nothing to pay out at the moment.")


class BatchMoved(DomainError):
    message = _("This batch does not wait any more. Look at it again.")


class AnotherApproves(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You prepared this batch: another person approves it.")


class PayoutMoved(DomainError):
    message = _("This payout has moved on in the meantime. Look at it again.")


class PayoutOfAnotherAmount(DomainError):
    message = _(
        "This payout is of %(amount)s, no more and no less. If the bank paid another amount,"
        " do not confirm it: ask the bank first."
    )


class AnotherTakesBack(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You confirmed this payout: another person takes that back.")


class HandRefundMoved(DomainError):
    message = _("This refund has moved on in the meantime. Look at it again.")


class KeyMissing(DomainError):
    message = _("Nobody said yet to which Pix key it goes.")


class RefundOfAnotherAmount(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This refund is of %(amount)s. If another amount was paid, talk to the bank first.")


class AnotherConfirmsRefund(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You paid this refund: another person confirms it.")


class AnotherTakesRefundBack(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You confirmed this refund: another person takes that back.")


class DebtMoved(DomainError):
    message = _("This debt has moved on in the meantime. Look at it again.")


class AnotherGrants(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You asked for it: another person decides whether this debt is forgiven.")


class WordsMissing(DomainError):
    message = _("Say it in a few words.")


class NewsStays(DomainError):
    message = _("This news cannot be looked at again here.")


class NoAccountsHere(DomainError):
    message = _("The house opens no account at the provider for this group at the moment.")


class AgreementMissing(DomainError):
    message = _("Read and accept first how payouts work.")


class AgreementChanged(DomainError):
    message = _("The text has changed in the meantime. Read it again.")


class EmailMissing(DomainError):
    message = _("The provider writes to the group: put an e-mail into its profile first.")


class AccountThere(DomainError):
    message = _("The group has an account at the provider already.")


class AccountStays(DomainError):
    message = _("The group has no account at the provider that could be given up.")


class TransferUnderWay(DomainError):
    message = _("This payout may be on its way: wait for the provider's answer.")


class RateWrong(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The part of a fund is from 0 to 20 %% of what is paid.")


class TooSoon(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose a day that is still to come: a rate never changes on its day.")


class FundTooSmall(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("There is not so much in the fund, less what was asked for already.")


class MinuteMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say what it is for and which vote decided it, and add the minute.")


class UseMoved(DomainError):
    message = _("This use of the fund has moved on in the meantime. Look at it again.")


class AnotherConfirmsUse(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You asked for it: another person of finance confirms that the bank paid it.")


class AnotherTakesUseBack(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You confirmed it: another person takes that back.")


class NoBankFile(DomainError):
    message = _("There is a file for the bank once the batch is approved and an account is set.")


class NotABankReturn(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "This is not a return file of the bank: it has up to 4,000 lines of 240 characters (CNAB"
        " 240). Nothing was taken in."
    )


class ReturnCutShort(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "Lines are missing in this file: download it from the bank again. Nothing was taken in."
    )


class ReturnOfAnotherAccount(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This file is of another account than the one that pays. Nothing was taken in.")


class RowSeen(DomainError):
    status = HTTPStatus.CONFLICT
    message = _("Somebody looked at this line already.")
