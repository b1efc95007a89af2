"""How the words of the enterprises are shown."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from marketplace.core.look import SEGMENTS
from marketplace.enterprises.models import Access, DecisionKind, Kind, Sex, Standing

KINDS = {
    Kind.FAMILY_GROUP: _("Family group"),
    Kind.INFORMAL_GROUP: _("Informal group"),
    Kind.ASSOCIATION: _("Association"),
    Kind.COOPERATIVE: _("Cooperative"),
    Kind.NETWORK: _("Network"),
}
KIND_TEXTS = {
    Kind.FAMILY_GROUP: _("One family works together"),
    Kind.INFORMAL_GROUP: _("Several families, without CNPJ"),
    Kind.ASSOCIATION: _("With statute and board, registered or on the way"),
    Kind.COOPERATIVE: _("Members own it together and share the result"),
    Kind.NETWORK: _("Several groups that sell together"),
}
SEXES = {Sex.FEMALE: _("Woman"), Sex.MALE: _("Man"), Sex.OTHER: _("Other, or not told")}
ACCESSES = {
    Access.NONE: _("Does not log in"),
    Access.STALL_TILL: _("Till of the stall"),
    Access.MEMBER: _("Products and orders"),
    Access.MANAGER: _("Manages the group"),
}
STANDINGS = {
    Standing.DRAFT: _("Draft"),
    Standing.SENT: _("Sent"),
    Standing.IN_ANALYSIS: _("In analysis"),
    Standing.RETURNED: _("Returned"),
    Standing.APPROVED: _("Approved"),
    Standing.REFUSED: _("Refused"),
    Standing.SUSPENDED: _("Suspended"),
}
STANDING_BADGES = {
    Standing.DRAFT: ("", "pencil"),
    Standing.SENT: ("info", "send"),
    Standing.IN_ANALYSIS: ("info", "eye"),
    Standing.RETURNED: ("warn", "arrow-back-up"),
    Standing.APPROVED: ("ok", "check"),
    Standing.REFUSED: ("err", "ban"),
    Standing.SUSPENDED: ("err", "hand-stop"),
}
DECISIONS = {
    DecisionKind.SENT: _("Sent to the Division"),
    DecisionKind.TAKEN_UP: _("Analysis began"),
    DecisionKind.RETURNED: _("Returned to be mended"),
    DecisionKind.APPROVED: _("Approved"),
    DecisionKind.REFUSED: _("Refused"),
    DecisionKind.SUSPENDED: _("Suspended"),
    DecisionKind.REINSTATED: _("Reinstated"),
}
SEGMENT_ICONS = {code: segment.icon for code, segment in SEGMENTS.items()}


CHOOSE = InputRequired(_("Choose one of these."))


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return labels as the choices of a field."""
    return [SelectChoice(value, label) for value, label in labels.items()]


def masked_cpf(cpf: str) -> str:
    """Show enough of a CPF to recognise it; the hyphen does not break."""
    return f"•••.{cpf[3:6]}.{cpf[6:9]}\N{NON-BREAKING HYPHEN}••" if cpf else ""
