"""What counts as a word: the same on every database, since only plain ASCII words reach it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from marketplace.core.text import fold

MAX_WORDS, MAX_LETTERS = 12, 40
LETTERS_TO_COUNT = 3
UNASKED = frozenset(
    (
        "a",
        "o",
        "e",
        "as",
        "os",
        "um",
        "uma",
        "de",
        "do",
        "da",
        "dos",
        "das",
        "d",
        "em",
        "no",
        "na",
        "nos",
        "nas",
        "com",
        "por",
        "para",
    )
)
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+(?:'(?:[^\W_]|[\u0300-\u036f])+)*")
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ɨ": "i"})
_PLURALS = (
    ("ões", "ão", 4), ("oes", "ao", 4), ("ães", "ão", 4), ("aes", "ao", 4),
    ("ais", "al", 5), ("éis", "el", 5), ("eis", "el", 5), ("óis", "ol", 5), ("ois", "ol", 5),
    ("ns", "m", 4), ("res", "r", 5), ("zes", "z", 4), ("s", "", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word as it was spelled, in lower case, and the plain form that is compared."""

    spelled: str
    term: str

    @property
    def parts(self) -> list["Word"]:
        """The words an apostrophe joins: *d* and *água* of *d'água*."""
        return [_word(part) for part in self.spelled.split("'")] if "'" in self.spelled else []

    @property
    def singular(self) -> str:
        """The term of the singular, by the regular plurals of Portuguese; else the term itself."""
        for ending, one, shortest in _PLURALS:
            if len(self.spelled) >= shortest and self.spelled.endswith(ending):
                return _term(self.spelled.removesuffix(ending) + one)
        return self.term

    @property
    def is_asked(self) -> bool:
        """Whether it narrows a search; *para* does where it was written *pará*."""
        return self.spelled not in UNASKED


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order."""
    even = unicodedata.normalize("NFC", re.sub("[’‘ʼ´`′]", "'", text)).lower()  # noqa: RUF001
    for spelled in _WORD.findall(even):
        if (word := _word(spelled)).term:
            yield word


def typed(text: str) -> list[Word]:
    """Return the words of a question, as many as are looked at."""
    return list(islice(words(text), MAX_WORDS))


def asked(text: str) -> list[Word]:
    """Return the words of a question that narrow it; all of them where none does.

    A last *para* is the state: *castanha do para* without its accent.
    """
    question = typed(text)
    narrowing = [word for word in question[:-1] if word.is_asked]
    narrowing += [word for word in question[-1:] if word.is_asked or word.term == "para"]
    return narrowing or question


def indexed(text: str) -> str:
    """Return the terms under which a text is found, in order, parted by single spaces."""
    return " ".join(term for word in words(text) for term in _terms(word))


def counted(texts: Mapping[str, str]) -> set[str]:
    """Return the terms of indexed texts that enter the vocabulary: short and empty ones do not."""
    return {term for text in texts.values() for term in text.split() if is_counted(term)}


def is_counted(term: str) -> bool:
    return len(term) >= LETTERS_TO_COUNT and (term not in UNASKED or term == "para")


def spelled_in(text: str) -> dict[str, str]:
    """Return, by term, how the text spells it: with accents where it has them both ways."""
    found: dict[str, str] = {}
    for word in words(text):
        for each in (word, *word.parts):
            found[each.term] = max(each.spelled, found.get(each.term, ""))
    return found


def _terms(word: Word) -> Iterator[str]:
    for each in (word, *word.parts):
        if each.term:
            yield each.term
            if each.singular != each.term:
                yield each.singular


def _word(spelled: str) -> Word:
    return Word(spelled, _term(spelled))


def _term(spelled: str) -> str:
    return re.sub("[^a-z0-9]", "", fold(spelled).translate(_PLAIN))[:MAX_LETTERS]
