"""What the news keep about people."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext

from marketplace.core.database import db
from marketplace.core.privacy import CONTRACT, Subject, personal, register, telling
from marketplace.notifications.models import Notice

personal(
    Notice,
    whose={"person": "user_id"},
    goes="kind facts path key",
    title=lazy_gettext("News"),
    shows="made_at facts",
    why=lazy_gettext("What we told you"),
    ground=CONTRACT,
)


@register.before.append
def forget(theirs: Subject, _now: datetime) -> None:
    """Remove what others were told about them."""
    for word in theirs.words:
        db.session.execute(sa.delete(Notice).where(telling(Notice.facts, word)))
