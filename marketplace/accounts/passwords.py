"""Passwords and codes: kept only as hashes; a hash of nobody's stands in for unknown accounts.

**Source:** OWASP, "Password Storage Cheat Sheet" (argon2id: 19 MiB, 2 passes, 1 lane); NIST SP
800-63B, 3.1.1 (length and a list of common passwords, no rules of composition).
"""

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from marketplace.core.errors import Busy

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE, PATIENCE_SECONDS = 4, 10
SHORTEST, LONGEST, FEWEST_SIGNS = 8, 200, 3
COMMON = {"password", "senha123", "senha1234", "mudar123", "brasil123", "qwertyui", "abcd1234"}
COUNTING = "01234567890123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look alike: I, O, 0, 1
_room = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """Return an argon2id hash; waits while four others are being made.

    :raises Busy: if that takes longer than ten seconds.
    """
    with _place():
        return HASHER.hash(_plain(password))


def fits(password: str, kept: str | None) -> bool:
    """Tell whether the hash is of this password; as slow where there is no hash to look at."""
    stand_in = _nobodys()  # made once, at the first login whosoever it is
    try:
        with _place():
            HASHER.verify(kept or stand_in, _plain(password))
    except VerifyMismatchError:
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    return HASHER.check_needs_rehash(kept)


def is_weak(password: str) -> bool:
    """Tell whether it is too short, or among the first that somebody would try."""
    plain = _plain(password).lower()
    counted = plain in COUNTING or plain in COUNTING[::-1]
    return len(plain) < SHORTEST or len(set(plain)) < FEWEST_SIGNS or counted or plain in COMMON


def new_claim_code() -> str:
    """Return eight letters and digits in two groups, e.g. ``K7MP-29XW``."""
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def new_reset_code() -> str:
    return f"{secrets.randbelow(10**6):06}"


def new_recovery_code() -> str:
    """Return ten letters and digits in two groups, never as long as a code of the app."""
    code = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{code[:5]}-{code[5:]}"


def new_salt() -> str:
    return secrets.token_hex(16)


def code_hash(code: str, salt: str) -> str:
    """Return the salted hash of a code, however it was spaced or written in capitals."""
    bare = re.sub(r"[^A-Z0-9]", "", code.upper())
    return hashlib.pbkdf2_hmac("sha256", bare.encode(), salt.encode(), 100_000).hex()


def code_fits(code: str, salt: str, kept: str) -> bool:
    return hmac.compare_digest(code_hash(code, salt), kept)


def new_token() -> str:
    """Return the 256-bit reference of a login session."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe())


@contextmanager
def _place() -> Iterator[None]:
    if not _room.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _room.release()
