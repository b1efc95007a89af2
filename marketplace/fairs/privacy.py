"""What fairs keep about people: nothing; they are public events."""

from marketplace.core.privacy import harmless
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairMove

harmless(Fair, "slug name place address host access_note about programme")
harmless(FairDay, "day opens closes")
harmless(Exhibitor, "stall")
harmless(FairMove, "reason")
