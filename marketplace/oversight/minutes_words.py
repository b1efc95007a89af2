"""How bodies that meet are called."""

from flask_babel import lazy_gettext as _

from marketplace.oversight.models.minutes import Body

BODIES = {
    Body.ASSEMBLY: _("Assembly"),
    Body.COUNCIL: _("Council"),
    Body.COMMISSION: _("Commission"),
    Body.FORUM: _("Forum"),
    Body.WORKING_GROUP: _("Working group"),
}
