"""What is told when the record of what was done does not fit any more."""

from flask_babel import lazy_gettext as _

from marketplace.notifications.messages import register

BROKEN, PATH = "audit_broken", "/gestao/auditoria/corrente"
register(
    BROKEN,
    title=_("The audit does not fit any more"),
    body=_("Something in it was changed or taken out. Its page says where."),
)
