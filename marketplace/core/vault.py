"""Small secrets that must be read again: of no use to whoever has the database alone.

None of our dependencies brings a cipher, and a few bytes need no more than the HMAC that Python
has: a block of it over a fresh nonce hides the secret as a one-time pad, a second one with another
key proves that nobody changed it. Keys come from ``SECRET_KEY``; former keys still open.

**Source:** Bellare, Namprempre, "Authenticated Encryption" (encrypt, then MAC); NIST SP 800-108,
"Key derivation using pseudorandom functions".
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64

from flask import current_app

NONCE_BYTES = TAG_BYTES = 16
LONGEST = hashlib.sha256().digest_size  # one block of the pad


class NotOurs(ValueError):
    """Changed, sealed for another purpose, or with a key that we no longer have."""


def seal(secret: bytes, purpose: str) -> str:
    """Return the secret, of at most 32 bytes, so that only ``unseal`` for this purpose reads it.

    :raises ValueError: for a longer one.
    """
    if len(secret) > LONGEST:
        raise ValueError(f"more than {LONGEST} bytes")
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = _keys()[0]
    hidden = _hidden(secret, key, purpose, nonce)
    return urlsafe_b64encode(nonce + _tag(key, purpose, nonce + hidden) + hidden).decode()


def unseal(sealed: str, purpose: str) -> bytes:
    """Return what was sealed for this purpose.

    :raises NotOurs: if it was not, or not by us.
    """
    try:
        raw = urlsafe_b64decode(sealed.encode())
    except (BadBase64, ValueError) as error:
        raise NotOurs from error
    nonce, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    hidden = raw[NONCE_BYTES + TAG_BYTES :]
    for key in _keys():
        if hmac.compare_digest(tag, _tag(key, purpose, nonce + hidden)):
            return _hidden(hidden, key, purpose, nonce)
    raise NotOurs


def _hidden(text: bytes, key: str, purpose: str, nonce: bytes) -> bytes:
    """Hide the text, or find it again: the pad is the same."""
    pad = hmac.digest(_derived(key, f"hide:{purpose}"), nonce, "sha256")
    return bytes(byte ^ mask for byte, mask in zip(text, pad, strict=False))


def _tag(key: str, purpose: str, text: bytes) -> bytes:
    return hmac.digest(_derived(key, f"prove:{purpose}"), text, "sha256")[:TAG_BYTES]


def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"vault:{purpose}".encode(), "sha256")


def _keys() -> list[str]:
    config = current_app.config
    return [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ())]
