"""What payments keep about people: nothing but ids."""

from marketplace.core.privacy import harmless
from marketplace.payments.models.ledger import LedgerAccount, LedgerEntry
from marketplace.payments.models.payments import Payment

harmless(Payment, "payable_type txid")
harmless(LedgerAccount, "code")
harmless(LedgerEntry, "source_type")
