"""What people read is short and in their own words: most read little, on a small screen.

**Source:** design guide, "Content" (at most 20 words a sentence); GOV.UK content design, "Writing
for GOV.UK"; docs/glossary.md for words used with care.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
SENTENCE_END, WORD = re.compile(r"(?<=[.!?:;])\s+|\n"), re.compile(r"[%()\w-]+")
SLOT = re.compile(r"%\(\w+\)")
TAG = re.compile(r"<(/?(?:p|li|h\d|ol|ul)\b)?[^>]*>|\{[%{#].*?[%}#]\}")
MOST_WORDS, MOST_IN_TEXTS = 20, 25  # of a sentence; texts name laws
NEVER = {
    "pt_BR": "lixeir[oa]s? lucros? usuári[oa]s? inválid[oa]s? login logar deletar download upload"
    " clique efetuar realizar mediante referente outrossim supracitad[oa] formulário submeter"
    " autenticar credenciais sessão expirad[oa]",
    "es": "basurer[oa]s? lucros? ganancias? usuari[oa]s? inválid[oa]s? login loguear haga\\sclic"
    " clic tú tus contigo vos efectuar mediante planillas? formulario autenticar credenciales"
    " sesión expirad[oa]",
}


def messages(language: str) -> Iterator[tuple[str, str]]:
    """Yield what stands in a catalogue, with what it translates."""
    path = ROOT / f"marketplace/translations/{language}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        for message in read_po(file):
            source = message.id if isinstance(message.id, str) else message.id[0]
            forms = [message.string] if isinstance(message.string, str) else message.string
            yield from ((source, form) for form in forms if source)


def texts(language: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates/storefront/texts" / language).glob("*.html")):
        yield path.stem, TAG.sub(lambda tag: "\n" if tag[1] else " ", path.read_text("utf-8"))


def too_long(text: str, most: int) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if len(WORD.findall(part)) > most]


@pytest.mark.parametrize("language", ["pt_BR", "es"])
class TestSentences:
    def test_of_the_pages_have_at_most_20_words(self, language: str) -> None:
        assert not [long for _, said in messages(language) for long in too_long(said, MOST_WORDS)]

    def test_of_the_texts_have_at_most_25_words(self, language: str) -> None:
        assert not [long for _, said in texts(language) for long in too_long(said, MOST_IN_TEXTS)]


@pytest.mark.parametrize("language", ["pt_BR", "es"])
def test_no_word_is_of_the_office_or_of_the_machine(language: str) -> None:
    never = re.compile(rf"\b(?:{'|'.join(NEVER[language].split())})\b", re.IGNORECASE)
    said = [SLOT.sub("", text) for _, text in (*messages(language), *texts(language))]
    found = [(found[0], text[:80]) for text in said if (found := never.search(text))]
    assert not found


@pytest.mark.parametrize("language", ["pt_BR", "es"])
def test_no_sentence_is_left_in_english(language: str) -> None:
    same = [source for source, said in messages(language) if source == said]
    assert not [source for source in same if len(re.findall(r"[A-Za-z]{3,}", source)) > 2]
