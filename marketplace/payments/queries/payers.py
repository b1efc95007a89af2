"""Who pays a boleto that the provider has not answered about."""

from marketplace.core.database import db
from marketplace.payments.models.online import BoletoPayer
from marketplace.payments.provider import Payer


def of(attempt_id: int) -> Payer | None:
    kept = db.session.get(BoletoPayer, attempt_id, populate_existing=True)
    if kept is None:
        return None
    facts = {name: getattr(kept, name) for name in Payer.__dataclass_fields__}
    return Payer(**facts)
