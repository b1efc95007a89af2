"""Text as people write it: for comparing, for addresses, for keeping.

**Source:** Unicode Standard Annex 15, normalisation forms; Unicode general categories.
"""

import re
import unicodedata

SLUG_LENGTH = 80
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`′"), "'")  # noqa: RUF001 - as phones type them
_NOT_KEPT = {"Cc", "Cs"}  # control characters (NUL too) and lone surrogates


def fold(text: str) -> str:
    """Return the text for comparing: no accents, lower case, one kind of apostrophe."""
    if text.isascii():
        return text.replace("`", "'").lower()
    apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    bare = "".join(char for char in apart if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFKC", bare.lower())


def slug(text: str) -> str:
    """Return the text as part of an address: ASCII letters, digits, hyphens; at most 80.

    It is empty where nothing of the text is a Latin letter or a digit.
    """
    plain = fold(text).replace("'", "").encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-")


def clean(text: str, *, lines: bool = False) -> str:
    """Return the text as it is kept: NFC, stripped, without control characters or surrogates.

    A line break stays, all of one kind, where ``lines`` are meant; elsewhere it becomes a space.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    one_kind = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", text)
    flowing = one_kind.replace("\t", " ") if lines else re.sub(r"[\n\t]", " ", one_kind)
    kept = (c for c in flowing if c == "\n" or unicodedata.category(c) not in _NOT_KEPT)
    return unicodedata.normalize("NFC", "".join(kept)).strip()
