"""What people note of the bank's side of a payment by hand: its proof, or why it came back."""

from marketplace.core.text import clean
from marketplace.payments.errors import WordsMissing

WORDS_LENGTH = 200


def required(words: str) -> str:
    """Return the words as they are kept, no longer than 200 characters.

    :raises WordsMissing: if there are none.
    """
    if not (kept := clean(words)[:WORDS_LENGTH]):
        raise WordsMissing
    return kept
