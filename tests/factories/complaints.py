"""Complaints to test with."""

from typing import Any

from marketplace.accounts.models import Division
from marketplace.core import passcodes
from marketplace.core.database import db
from marketplace.core.papers import Paper
from marketplace.core.rights import VISITOR
from marketplace.oversight.models.complaints import Complaint, Matter
from marketplace.oversight.operations.complaints import Told, file_complaint
from tests.factories.clock import NOW

PDF = b"%PDF-1.7\n%%EOF\n"


def make_complaint(
    division: Division, *, now: Any = NOW, files: bool = False, **told: Any
) -> tuple[Complaint, str]:
    """Return a complaint about a price, and the code that opens its page."""
    code = passcodes.made_of(passcodes.fresh_key())
    facts = {"matter": Matter.PRICE, "story": "Cobraram mais do que estava escrito"} | told
    facts |= {"files": (Paper("pdf", PDF),)} if files else {}
    kept = {"code_hash": passcodes.hashed(code), "by": VISITOR, "now": now}
    complaint_id = file_complaint(division.id, Told(**facts), **kept)
    return db.session.get_one(Complaint, complaint_id), code
