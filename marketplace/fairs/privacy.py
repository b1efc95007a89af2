"""What fairs keep about people: who minds a till, by number alone; fairs are public events."""

from marketplace.core.privacy import harmless, picture
from marketplace.fairs.models.calls import (
    Application,
    Call,
    Draw,
    DrawnLot,
    PlaceMove,
)
from marketplace.fairs.models.cashiers import TillCashier
from marketplace.fairs.models.counts import TillCount
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay, FairMove
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.note_counts import NoteCount
from marketplace.fairs.models.notes import NoteMove
from marketplace.fairs.models.remarks import Remark
from marketplace.fairs.models.returns import TillReturn, TillReturnLine
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.models.splits import DeskBanking
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.fairs.models.venues import Venue, VenuePhoto, VenueVisit

harmless(Fair, "slug name place address host host_kind rules access_note about programme")
harmless(Fair, "stall_plan")
harmless(FairSeries, "slug name about")
harmless(Venue, "name address host host_kind about")
harmless(VenueVisit, "visited_on fit words")  # of a place: its form asks for no names
harmless(VenuePhoto, "picture")  # of a place; one with a face is taken away
picture(VenuePhoto, "picture")
harmless(FairDay, "day opens closes")
harmless(Exhibitor, "stall")
harmless(FairMove, "reason")
harmless(Call, "quotas rules note lottery_on")
harmless(Application, "brings")
harmless(Draw, "prizes seed")
harmless(DrawnLot, "digest rule")
harmless(PlaceMove, "reason")
harmless(Till, "token_hash")  # of a random number that is on the device
harmless(TillSale, "code digest reason bartered")
harmless(TillVoid, "code digest")
harmless(TillReturn, "code digest reason sale_code exchange_code")
harmless(TillReturnLine, "name")
harmless(TillHandover, "code digest reason bartered")
harmless(TillCashier, "pin_salt pin_hash")  # of a random number
harmless(TillCount, "code digest reason")
harmless(PaperSheet, "key note undone_reason")  # staff about totals of groups
harmless(NoteMove, "key note undone_reason")  # staff about notes and groups
harmless(NoteCount, "key reason")  # staff about a box of reais
harmless(DeskBanking, "proof")  # what the bank calls a deposit of the Division's
harmless(Matter, "note")  # staff about goods and prices
harmless(Remark, "words")  # of nobody named: its form says so, and what names one is taken back
