"""Nobody decides about an enterprise they belong to, whatever role they act in.

**Source:** Lei 12.813/2013 (conflict of interest in public office); `docs/rights.md`.
"""

from marketplace.core.rights import Person
from marketplace.enterprises import queries
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.enterprises.models import Enterprise


def keep_out(by: Person, enterprise: Enterprise) -> None:
    """Let who belongs to an enterprise take no part in a decision about it.

    :raises OwnEnterprise: for its members, with access or without, and its facilitators.
    """
    if queries.belongs_to(by, enterprise.id):
        raise OwnEnterprise(name=enterprise.name)
