"""Codes that people write on paper and type again: a hundred bits, no letter like another.

Only the hash is kept: with so many bits nothing is won by making it slow.

**Source:** D. Crockford, "Base 32": the letters, and how those that look alike are read.
"""

import hashlib
import hmac
import secrets

from flask import current_app

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 20, 4
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def made_of(key: str) -> str:
    """Return the code that belongs to a form's own random key: sent twice, it is the same."""
    secret = current_app.config["SECRET_KEY"].encode()
    number = int.from_bytes(hmac.digest(secret, f"passcode:{key}".encode(), hashlib.sha256), "big")
    letters = [LETTERS[number >> (5 * place) & 31] for place in range(LENGTH)]
    groups = ("".join(letters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))
    return "-".join(groups)


def fresh_key() -> str:
    """Return a key for a form that is shown now."""
    return secrets.token_urlsafe(16)


def hashed(code: str) -> str:
    """Return what is kept of a code, however it was typed: in small letters, without hyphens."""
    letters = "".join(one for one in code.upper().translate(_ALIKE) if one in LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()
