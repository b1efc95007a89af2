"""What payments keep about people: nothing but ids."""

from marketplace.core.privacy import harmless
from marketplace.payments.models import Payment

harmless(Payment, "payable_type txid")
