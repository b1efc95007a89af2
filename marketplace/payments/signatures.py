"""Whether news really comes from the provider: signed by its bytes, and sent a moment ago.

**Source:** https://docs.stripe.com/webhooks/signature (``t=…,v1=…``; HMAC-SHA256 over ``t.body``;
several ``v1`` while a secret is changed). Unlike its library, we also refuse what is of the future.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

MOST_SECONDS = 300  # on either side
SCHEME = "v1"


def is_genuine(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> bool:
    """Whether one of these secrets signed just these bytes within five minutes of ``now``."""
    pairs = [part.partition("=")[::2] for part in header.split(",")]
    stamps = [value for name, value in pairs if name.strip() == "t"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdecimal()):
        return False
    if abs(int(stamps[0]) - now.timestamp()) > MOST_SECONDS:
        return False
    given = [value.encode() for name, value in pairs if name.strip() == SCHEME]
    right = [signature(secret, stamps[0], body).encode() for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in right)


def signature(secret: str, stamp: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hex()
