"""What payments keep about people: ids, and the keys at which groups were paid out."""

from flask_babel import lazy_gettext

from marketplace.core.privacy import DUTY, harmless, personal
from marketplace.payments.models.disputes import Dispute
from marketplace.payments.models.events import ProviderEvent
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
harmless(Payment, "payable_type txid")
harmless(LedgerAccount, "code")
harmless(LedgerEntry, "source_type")
harmless(Attempt, "reference group_type intent_id page_id page_url charge_id code movement_id")
harmless(Refund, "reference provider_id movement_id")
harmless(Dispute, "provider_id reason")
harmless(ProviderCall, "key words refusal request_id")
harmless(ProviderEvent, "event_id kind object_id account why")
harmless(ProviderMovement, "movement_id kind currency source_id day why")
harmless(ReconciliationDay, "day")
harmless(Identification, "reason")  # of money, by finance: of a payment, never of who paid
