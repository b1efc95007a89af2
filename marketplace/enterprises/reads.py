"""Pages that show the people of a group to those who work for the Division or help it."""

import sqlalchemy as sa

from marketplace.core.readings import owned, shows
from marketplace.enterprises.models import Member

shows(
    "enterprise",
    {
        "vetting.index": "",
        "vetting.show": "enterprise_id",
        "vetting.edit": "enterprise_id",
        "enterprise_imports.show": "",
        "enterprise_imports.export": "",
        "registration.show": "enterprise_id",
        "registration.create_code": "enterprise_id",
        "steps.edit": "enterprise_id",
        "steps.edit_person": "enterprise_id",
        "group.show": "",
        "group.edit": "",
        "members.show": "",
    },
)
owned["enterprise"] = lambda user_id: sa.select(Member.enterprise_id).where(
    Member.user_id == user_id
)
