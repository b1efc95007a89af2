"""How long the long campaigns are: whole, or a tenth where `CAMPAIGNS=brief` asks for that.

What lands is checked within an hour and a half; the figures of a release are those of the whole.
"""

import os

import pytest

PART = 10 if os.environ.get("CAMPAIGNS") == "brief" else 1


SQLITE_IF_BRIEF = pytest.mark.only("sqlite", *["postgresql"] * (PART == 1))
POSTGRESQL_IF_BRIEF = pytest.mark.only(*["sqlite"] * (PART == 1), "postgresql")
"""Both mark what asks much of rules that both databases keep alike: a brief run tries it on one."""


def scaled(times: int) -> int:
    """Return how often something is tried in this run, at least once."""
    return max(1, times // PART)
