"""Pages that show what somebody told, and perhaps who they are."""

import sqlalchemy as sa

from marketplace.core.readings import owned, shows
from marketplace.oversight.models.complaints import Complaint

shows(
    "complaint",
    {
        "complaints.index": "",
        "complaints.export": "",
        "complaints.show": "complaint_id",
        "complaints.show_file": "complaint_id",
    },
)
shows("person", {"audited.index": "", "audited.export": "", "audit_chain.export": ""})
shows("person", {"council_opinions.show": "", "council_questions.show": ""})
owned["complaint"] = lambda _user_id: sa.select(Complaint.id).where(sa.false())  # nobody's known
