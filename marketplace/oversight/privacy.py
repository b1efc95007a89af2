"""What oversight keeps about people: what complaints tell, which leads to no account."""

from flask_babel import lazy_gettext

from marketplace.core.privacy import DUTY, harmless, personal
from marketplace.oversight.models.audit_checks import AuditCheck
from marketplace.oversight.models.complaints import Complaint, ComplaintFile, ComplaintMessage
from marketplace.oversight.models.council import (
    CouncilQuestion,
    Opinion,
    OpinionVote,
    QuestionTurn,
)
from marketplace.oversight.models.minutes import Minutes, MinutesVersion, MinutesWithheld

WHY = lazy_gettext("To look into what was told, and answer it")
harmless(AuditCheck, "faults")  # numbers of entries, days, tables
harmless(Complaint, "code_hash due_on")
personal(
    Complaint,
    whose={"complaint": "id"},
    erased={"story": "", "place": "", "contact": ""},
    hidden="code_hash",
    why=WHY,
    ground=DUTY,
)
personal(ComplaintMessage, whose={"complaint": "complaint_id"}, goes="words", why=WHY, ground=DUTY)
harmless(ComplaintFile, "ending")
personal(ComplaintFile, whose={"complaint": "complaint_id"}, goes="content", why=WHY, ground=DUTY)
harmless(Opinion, "words closes_on")  # acts of the council, told to all who watch over the Division
harmless(OpinionVote, "reason")
harmless(CouncilQuestion, "subject due_on")
harmless(QuestionTurn, "words")
harmless(Minutes, "held_on number subject summary folded")  # public, with what the paper tells
harmless(MinutesVersion, "subject summary file reason")
harmless(MinutesWithheld, "reason")  # public, in the place of what was taken down
