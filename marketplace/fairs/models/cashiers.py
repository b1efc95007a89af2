"""Who else may sell on a till, known there by a PIN."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Model
from marketplace.fairs.models.tills import Till


class TillCashier(Model):
    """Somebody who sells on a till, too; of the PIN only a salted hash is kept, here and there."""

    __tablename__ = "till_cashiers"
    __table_args__ = (sa.UniqueConstraint("till_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    pin_salt: Mapped[str]
    pin_hash: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]  # the till learns it the next time that it loads

    till: Mapped[Till] = relationship()
    user: Mapped[User] = relationship(foreign_keys=user_id)
