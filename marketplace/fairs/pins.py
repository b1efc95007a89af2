"""Six digits that a device can check without knowing them.

A salted hash of so few digits only slows down who has the device in hand; tries are limited there,
and the house looks at the code itself when it is told.

**Source:** RFC 8018, 5.2 (PBKDF2); the browser's `SubtleCrypto.deriveBits` reckons the same.
"""

import hashlib
import secrets

ROUNDS, BYTES = 10_000, 16


def salted(digits: str) -> tuple[str, str]:
    """Return a new salt and the hash of some digits under it, both in hexadecimal."""
    salt = secrets.token_hex(BYTES)
    return salt, hashed(digits, salt)


def hashed(digits: str, salt: str) -> str:
    """Return the hash of some digits under a salt."""
    made = hashlib.pbkdf2_hmac("sha256", digits.encode(), bytes.fromhex(salt), ROUNDS, BYTES)
    return made.hex()
