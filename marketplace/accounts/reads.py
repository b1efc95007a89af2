"""Pages that show people to those who work for the Division."""

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core.readings import owned, shows

shows(
    "person",
    {
        "people.index": "",
        "people.show": "user_id",
        "readings.overview": "",
        "erasing.new_request": "user_id",
        "erasing.create_request": "user_id",
        "codes.create": "user_id",
        "codes.create_help": "",
        "grants.new_end": "",
        "grants.new_closing": "user_id",
        "grants.new_factor_reset": "user_id",
    },
)
owned["person"] = lambda user_id: sa.select(User.id).where(User.id == user_id)
