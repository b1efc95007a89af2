"""What payments keep about people: ids, and keys to which groups and buyers are paid."""

from flask_babel import lazy_gettext

from marketplace.core.privacy import CONTRACT, DUTY, harmless, personal
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.models.connect import (
    AccountPayout,
    ConnectedAccount,
    PayoutAgreement,
    Reversal,
    Transfer,
)
from marketplace.payments.models.debts import DebtWaiver
from marketplace.payments.models.disputes import Dispute
from marketplace.payments.models.dues import FundDue
from marketplace.payments.models.events import ProviderEvent
from marketplace.payments.models.funds import FundRate, FundSpending
from marketplace.payments.models.ledger import LedgerAccount, LedgerEntry
from marketplace.payments.models.online import Attempt, ProviderCall, Refund
from marketplace.payments.models.payments import Payment
from marketplace.payments.models.payouts import Payout
from marketplace.payments.models.reconciling import (
    Identification,
    ProviderMovement,
    ReconciliationDay,
)

harmless(Payout, "proof why pix_key_kind")
personal(
    Payout,
    whose={"enterprise": "enterprise_id"},
    erased={"pix_key": "", "pix_holder": ""},
    why=lazy_gettext("To pay out what a group sold"),
    ground=DUTY,
)
harmless(HandRefund, "proof reason pix_key_kind")
personal(
    HandRefund,
    whose={"payment": "payment_id"},
    erased={"pix_key": "", "pix_holder": ""},
    title=lazy_gettext("Where your money goes back to"),
    shows="pix_key pix_holder amount_cents opened_at",
    why=lazy_gettext("To give your money back where the provider cannot"),
    ground=CONTRACT,
)
harmless(DebtWaiver, "reason minute file")  # of a debt of an enterprise, by finance
harmless(ConnectedAccount, "reference provider_id capability")
harmless(PayoutAgreement, "version")
harmless(Transfer, "reference provider_id movement_id")
harmless(Reversal, "reference provider_id movement_id")
harmless(AccountPayout, "provider_id status failure arrives_on")
harmless(BankReturn, "digest file_name")
harmless(BankReturnRow, "ours codes bank_number paid_on note why")  # no key and no name is kept
harmless(Payment, "payable_type txid")
harmless(LedgerAccount, "code")
harmless(LedgerEntry, "source_type")
harmless(Attempt, "reference group_type intent_id page_id charge_id code movement_id")
harmless(Refund, "reference provider_id movement_id")
harmless(Dispute, "provider_id reason")
harmless(FundSpending, "purpose minute file proof reason")  # told to all who see the fund
harmless(FundDue, "day")  # of a group, not of a person
harmless(FundRate, "reason")  # of a Division: which vote
harmless(ProviderCall, "key words refusal request_id")
harmless(ProviderEvent, "event_id kind object_id account why")
harmless(ProviderMovement, "movement_id kind currency source_id day why")
harmless(ReconciliationDay, "day")
harmless(Identification, "reason")  # of money, by finance: of a payment, never of who paid
