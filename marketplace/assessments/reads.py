"""Pages that show a group's answers and papers to those who check them."""

import sqlalchemy as sa

from marketplace.assessments.models.assessments import Assessment
from marketplace.core.readings import owned, shows
from marketplace.enterprises.models import Member

shows(
    "assessment",
    {"fair_trade_cases.show": "assessment_id", "fair_trade_rulings.show": "assessment_id"},
)
shows("person", {"fair_trade_rulings.index": ""})
shows("enterprise", {"fair_trade.show": "", "fair_trade.edit": ""})
owned["assessment"] = lambda user_id: (
    sa.select(Assessment.id)
    .join(Member, Member.enterprise_id == Assessment.enterprise_id)
    .where(Member.user_id == user_id)
)
