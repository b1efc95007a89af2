"""How long the long campaigns are: whole, or a tenth where `CAMPAIGNS=brief` asks for that.

What lands is checked within an hour and a half; the figures of a release are those of the whole.
"""

import os

PART = 10 if os.environ.get("CAMPAIGNS") == "brief" else 1


def scaled(times: int) -> int:
    """Return how often something is tried in this run, at least once."""
    return max(1, times // PART)
