import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.text import SLUG_LENGTH, clean, fold, slug

anything = st.text(st.characters(codec=None, exclude_categories=[]))
many = settings(derandomize=True, deadline=None)


class TestFold:
    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("Cesto de arumã", "cesto de aruma"),
            ("AÇAÍ", "acai"),
            ("farinha d\u2019água", "farinha d'agua"),
            ("farinha d\u00b4água", "farinha d'agua"),
            ("Cupuac\u0327u", "cupuacu"),
            ("ﬁbra 1ª", "fibra 1a"),
        ],
    )
    def test_leaves_what_people_compare(self, written, folded):
        assert fold(written) == folded

    @many
    @given(anything)
    def test_folding_twice_changes_nothing(self, text):
        assert fold(fold(text)) == fold(text)


class TestSlug:
    @pytest.mark.parametrize(
        ("written", "address"),
        [
            ("Cesto de arumã com tampa", "cesto-de-aruma-com-tampa"),
            ("  Farinha d'água — 1 kg  ", "farinha-dagua-1-kg"),
            ("***", ""),
            ("x" * 79 + " y", "x" * 79),
        ],
    )
    def test_makes_an_address(self, written, address):
        assert slug(written) == address

    @many
    @given(anything)
    def test_holds_only_letters_digits_and_single_hyphens(self, text):
        address = slug(text)

        assert len(address) <= SLUG_LENGTH
        assert all(part.isalnum() and part.isascii() for part in address.split("-") if address)
        assert address == address.lower() == slug(address)


class TestClean:
    def test_composes_accents_and_strips(self):
        assert clean("  Mac\u0327a\u0303 ") == "Maçã"

    def test_drops_control_characters_and_lone_surrogates(self):
        assert clean("a\x00b\x07c\ud800d\x7f") == "abcd"

    def test_makes_line_breaks_spaces_on_one_line(self):
        assert clean("one\r\ntwo\tthree") == "one two three"

    def test_keeps_line_breaks_as_one_kind_where_lines_are_meant(self):
        assert clean("one\r\ntwo\rthree\u2028four\n", lines=True) == "one\ntwo\nthree\nfour"

    @many
    @given(anything, st.booleans())
    def test_what_is_kept_can_be_stored_and_is_clean_already(self, text, lines):
        kept = clean(text, lines=lines)

        assert kept == clean(kept, lines=lines) == unicodedata.normalize("NFC", kept)
        assert kept.encode("utf-8").decode() == kept
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in kept)
