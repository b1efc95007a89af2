"""What the enterprises tell the floors below."""

from marketplace.accounts.queries import role_sources
from marketplace.enterprises import queries


def connect() -> None:
    """Let memberships count among a person's roles."""
    if queries.roles_of not in role_sources:
        role_sources.append(queries.roles_of)
