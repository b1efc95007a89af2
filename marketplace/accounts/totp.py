"""Codes of six numbers that an app on a phone makes anew each half minute.

Twenty lines of our own: the standard's vectors prove them, and a dependency would bring nothing
that must be kept up to date.

**Source:** RFC 6238 (TOTP) over RFC 4226 (HOTP); "Key URI Format" of the authenticator apps.
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS, DIGITS, KEY_BYTES = 30, 6, 20
DRIFT = 1  # steps that a phone's clock may be behind or ahead


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def code_of(key: bytes, step: int, digits: int = DIGITS) -> str:
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(code: str, key: bytes, now: datetime) -> int | None:
    """Return the half minute, of now and those beside it, whose code this is; none if of none."""
    near = range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1)
    fitting = [step for step in near if hmac.compare_digest(code_of(key, step), code)]
    return fitting[-1] if fitting else None


def shown(key: bytes) -> str:
    """Return the key as people type it into an app: base32 in groups of four."""
    text = base64.b32encode(key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(key: bytes, *, account: str, issuer: str) -> str:
    """Return what an app reads from a QR code: the key, and how to call it in its list."""
    secret = base64.b32encode(key).decode()
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
