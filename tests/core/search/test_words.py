import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.search.words import MAX_LETTERS, asked, indexed, words


def singular(text):
    return next(words(text)).singular


class TestWords:
    def test_are_spelled_in_lower_case_and_compared_without_accents(self):
        assert [(word.spelled, word.term) for word in words("AÇAÍ d’Água, 500g!")] == [  # noqa: RUF001
            ("açaí", "acai"),
            ("d'água", "dagua"),
            ("500g", "500g"),
        ]

    def test_know_letters_written_apart_from_their_accents(self):
        assert [word.term for word in words("g\u0303ua Cupuac\u0327u stra\u00dfe")] == [
            "gua",
            "cupuacu",
            "strasse",
        ]

    @pytest.mark.parametrize(
        ("plural", "one"),
        [
            ("cestos", "cesto"),
            ("limões", "limao"),
            ("limoes", "limao"),
            ("pães", "pao"),
            ("naturais", "natural"),
            ("papéis", "papel"),
            ("lençóis", "lencol"),
            ("jovens", "jovem"),
            ("colares", "colar"),
            ("raízes", "raiz"),
            ("mel", "mel"),
            ("mais", "mai"),
            ("pés", "pes"),
        ],
    )
    def test_know_regular_plurals(self, plural, one):
        assert singular(plural) == one


class TestAsked:
    @pytest.mark.parametrize(
        ("text", "terms"),
        [
            ("cesto de arumã com tampa", ["cesto", "aruma", "tampa"]),
            ("castanha do para", ["castanha", "para"]),
            ("castanha do Pará torrada", ["castanha", "para", "torrada"]),
            ("cesto para pão", ["cesto", "pao"]),
            ("de", ["de"]),
            (" ".join("abcdefghijklmnop"), list("bcfghijkl")),
        ],
    )
    def test_are_the_words_that_narrow(self, text, terms):
        assert [word.term for word in asked(text)] == terms


class TestIndexed:
    def test_holds_singulars_and_what_an_apostrophe_joins(self):
        assert indexed("Limões d'água") == "limoes limao dagua d agua"

    @settings(derandomize=True, deadline=None)
    @given(st.text(st.characters(codec=None, exclude_categories=[])))
    def test_is_plain_words_whatever_was_written(self, text):
        terms = indexed(text)

        assert re.fullmatch(r"[a-z0-9 ]*", terms)
        assert all(0 < len(term) <= MAX_LETTERS for term in terms.split(" ") if terms)
