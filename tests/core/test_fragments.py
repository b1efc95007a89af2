from typing import NamedTuple

import pytest
from flask import render_template_string
from flask_babel import refresh

from marketplace.core.fragments import AT, KEPT, Part, Parts

LIST = """{% from "_macros/icons.html" import icon %}
{% macro line(p, sign) %}{{ rendered(p.name) }}{{ sign }}{{ icon('home') }}{% endmacro %}
{{ fragments(things, line, sign) }}"""
FOOT = """{% from "_macros/icons.html" import icon %}{{ icon('map') }}
{% call fragment('foot', year) %}{{ rendered(_("Basket")) }} {{ year }} {{ icon('home') }}
{% endcall %}{{ icon_sprite() }}"""

LINK = """{% call fragment('link', at=at) %}<a href="{{ rendered('/es') }}{{ AT }}">{% endcall %}"""


class Thing(NamedTuple):
    name: str
    cents: int = 0


@pytest.fixture
def page(house, visitor):
    """A page of a template, and what had to be rendered for it."""

    def page(template, prefix="", **values):
        rendered = []

        def noted(words):
            rendered.append(words)
            return words

        house.view_functions["doors.open"] = lambda: render_template_string(
            template, rendered=noted, **values
        )
        refresh()  # the fixture's own context would keep the first language
        return visitor.get(f"{prefix}/doors/open").text.strip(), rendered

    return page


class TestFragments:
    def test_render_again_only_what_shows_something_else(self, page):
        page(LIST, things=[Thing("Cesto"), Thing("Rede")], sign="!")

        _, rendered = page(LIST, things=[Thing("Rede"), Thing("Cesto", 5), Thing("Pote")], sign="!")

        assert rendered == ["Cesto", "Pote"]

    def test_are_others_with_other_arguments_and_in_other_languages(self, page):
        for prefix, sign in (("", "!"), ("", "?"), ("/es", "!"), ("/es", "?")):
            told, rendered = page(LIST, prefix, things=[Thing("Cesto")], sign=sign)
            assert told.startswith(f"Cesto{sign}")
            assert rendered == ["Cesto"]

    def test_escape_as_everything_does(self, page):
        for _ in range(2):
            assert page(LIST, things=[Thing("<b>")], sign="&")[0].startswith("&lt;b&gt;&amp;<svg")


class TestFragment:
    def test_is_rendered_once_and_brings_its_icons(self, page):
        first, again = page(FOOT, year=2026), page(FOOT, year=2026)

        assert first[0] == again[0]
        assert again[1] == []
        assert 'id="i-home"' in again[0]
        assert 'id="i-map"' in again[0]

    def test_leaves_the_page_its_own_icons_only(self, page):
        page(FOOT, year=2026)

        assert 'id="i-home"' not in page("{{ icon_sprite() }}")[0]

    def test_speaks_the_reader_s_language(self, page):
        told = {prefix: page(FOOT, prefix, year=2026)[0] for prefix in ("/en", "/es", "/en")}

        assert "Basket 2026" in told["/en"]
        assert "Canasta 2026" in told["/es"]

    def test_is_rendered_anew_while_templates_are_written(self, page, house):
        house.debug = True
        page(FOOT, year=2026)

        assert page(FOOT, year=2026)[1] == ["Basket"]

    def test_has_this_page_s_address_put_into_what_is_kept_without_it(self, page, house):
        told = {at: page(LINK, at=at) for at in ("/a", '/b?q="&x')}

        assert [words[0] for words in told.values()] == [
            '<a href="/es/a">',
            '<a href="/es/b?q=&#34;&amp;x">',
        ]
        assert told['/b?q="&x'][1] == []
        kept = house.extensions[KEPT].get(("link", "en", ""))
        assert kept.html == f'<a href="/es{AT}">'


class TestParts:
    def test_are_no_longer_in_all_than_so_much_and_those_in_use_stay(self, page, house):
        parts, used, large = Parts(most=1000), Part("used" * 25, ()), Part("x" * 100, ())
        parts.put("used", used)
        for number in range(100):
            parts.put(number, large)
            assert parts.get("used") is used

        assert len(parts) <= 10
        assert parts.get(99) is large
        assert parts.get(1) is None

    def test_are_each_application_s_own(self, page, house):
        page(FOOT, year=2026)

        assert len(house.extensions[KEPT]) == 1
