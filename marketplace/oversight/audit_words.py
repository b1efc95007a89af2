"""How faults of the audit are told in plain words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from marketplace.core.seals import Flaw

WORDS = {
    Flaw.MISSING: _("Entries were taken out: number %(about)s of the chain is missing."),
    Flaw.ALTERED: _("The entry %(about)s is not what was sealed."),
    Flaw.UNSEALED: _("The entry %(about)s was never sealed: it was slipped in."),
    Flaw.HEAD: _("The code published for %(about)s is not in the chain any more."),
    Flaw.UNGUARDED: _("The table %(about)s can be changed: its guard is gone."),
}


def told(fault: Mapping[str, str]) -> str:
    """Return a kept fault as a sentence."""
    return str(WORDS[Flaw(fault["flaw"])]) % {"about": fault["about"]}
