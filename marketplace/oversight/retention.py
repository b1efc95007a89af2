"""How long what is told in complaints is kept."""

from marketplace.core.retention import keep
from marketplace.oversight.models.complaints import Complaint
from marketplace.oversight.operations.answering import empty

keep(
    Complaint,
    Complaint.closed_at,
    2 * 365,
    why="what complaints told, their files and contacts; that there was one stays",
    source="LGPD art. 15, I and 16: two years after its end to look back at an answer",
    where=Complaint.emptied_at.is_(None),
    end=empty,
)
