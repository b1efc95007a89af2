"""What the open accounts keep tells of nobody: sums that several made, or nothing."""

from marketplace.core.privacy import harmless
from marketplace.opendata.models import PublishedMonth

harmless(PublishedMonth, "figures")
