"""What fairs keep about people: nothing; they are public events, and so is who shows there."""

from marketplace.core.privacy import harmless
from marketplace.fairs.models.calls import (
    Application,
    Call,
    Draw,
    DrawnLot,
    PlaceMove,
)
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairMove

harmless(Fair, "slug name place address host access_note about programme")
harmless(FairDay, "day opens closes")
harmless(Exhibitor, "stall")
harmless(FairMove, "reason")
harmless(Call, "quotas rules note lottery_on")
harmless(Application, "brings")
harmless(Draw, "prizes seed")
harmless(DrawnLot, "digest rule")
harmless(PlaceMove, "reason")
