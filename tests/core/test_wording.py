"""A template with its words fixed shows what it would show if each were looked up."""

from itertools import product

import pytest
from flask import render_template, render_template_string
from flask_babel import force_locale
from jinja2 import DictLoader, nodes
from markupsafe import Markup

from marketplace.core.wording import worded

LANGUAGES = ("pt_BR", "es", "en")
PAGE = '{{ _("Page %(number)s", number=n) }}'
SNIPPETS = (
    '<h1>{{ _("Basket") }}</h1> {{ gettext("Basket") }}',
    PAGE,
    '{% set n = "<i>" %}' + PAGE,
    '{{ _("Page %(number)s", number=n|upper) ~ n }}',
    '{{ _("Page %(number)s", number=_("Basket")) }}',
    '{{ _("Page %(number)s", number=none) }}{{ _("Page %(number)s", number=missing) }}',
    '{{ _("Photo %(n)s of %(all)s", n=n, all=3) }}',
    '{{ _("Photo %(n)s of %(all)s", n=n, all=3, more=4) }}',
    '{{ _("100%% ours") }} {{ _("100%% of %(n)s", n=n) }} {{ _("%(n)d in all", n=3) }}',
    '{{ _("Home") if n else _("Basket") }} {{ n and _("Basket") }}',
    '{{ _("Basket")|upper }} {{ _("Basket")|length }} {{ _("Basket") ~ "<b>" ~ n }}',
    '{% set rows = [("a", _("Basket")), ("b", _("Home"))] %}{{ rows }}',
    "{% for key, name in [('a', _('Basket'))] %}{{ key }}{{ name }}{% endfor %}",
    '{% macro m(x) %}{{ _("Home") }}{{ x }}{{ caller() }}{% endmacro %}{% call m(_("Basket")) %}'
    + PAGE
    + "{% endcall %}",
    '{% set t %}{{ _("Basket") }}<b>{% endset %}{{ t }}',
    '{% autoescape false %}{{ _("Basket") }}' + PAGE + "{% endautoescape %}",
    '{% autoescape n == "x" %}{{ _("Basket") }}' + PAGE + "{% endautoescape %}",
    '{{ _(n) }}{{ _("Bas" ~ "ket") }}{{ ngettext("%(num)s product", "%(num)s products", 2) }}',
    '{{ _("Basket", **{}) }}{{ _(*["Basket"]) }}{{ _("Page %(number)s", **{"number": n}) }}',
    "{{ current_language() }} {{ current_language()|replace('_', '-') }}",
    '{% macro _(x) %}mine {{ x }}{% endmacro %}{{ _("Basket") }}',
    "{% for _ in [1, 2] %}{{ _ }}{% endfor %}",
    '{% if false %}{{ _("Page %(number)s") }}{% endif %}',
)


@pytest.fixture
def shown(house, monkeypatch):
    """Show a text, with its words fixed or looked up."""
    name = "said.html"

    def show(text, language, *, fixed, **values):
        monkeypatch.setattr(house.jinja_env, "loader", DictLoader({name: text}))
        render, what = (render_template, name) if fixed else (render_template_string, text)
        with house.app_context(), force_locale(language):
            return render(what, **values)

    return show


class TestWorded:
    @pytest.mark.parametrize("text", SNIPPETS)
    def test_shows_the_same(self, shown, text):
        for language, n in product(LANGUAGES, ("x", "<b>&", Markup("<b>"), 7)):
            fixed, looked_up = (shown(text, language, fixed=how, n=n) for how in (True, False))

            assert fixed == looked_up

    @pytest.mark.parametrize(
        ("language", "words"), [("pt_BR", "Cesta"), ("es", "Canasta"), ("en", "Basket")]
    )
    def test_is_in_the_language_that_holds_now(self, house, monkeypatch, language, words):
        loader = DictLoader({"said.html": '{{ _("Basket") }} {% include "more.html" %}'})
        loader.mapping["more.html"] = '{{ _("Basket") }}'
        monkeypatch.setattr(house.jinja_env, "loader", loader)
        with house.app_context():
            before = render_template("said.html")
            with force_locale(language):
                told = render_template("said.html")

            assert (told, render_template("said.html")) == (f"{words} {words}", before)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_refuses_what_lacks_a_value_only_where_it_is_said(self, shown, language):
        text = '{% if n %}{{ _("Page %(number)s") }}{% endif %}'

        assert shown(text, language, fixed=True, n=0) == ""
        with pytest.raises(KeyError):
            shown(text, language, fixed=True, n=1)

    def test_leaves_nothing_to_look_up(self, house):
        tree = house.jinja_env.parse("<p>" + PAGE + ' {{ f(_("Basket")) }}{{ _("Home") }}</p>')

        found = worded(tree, "xx", lambda message: f"[{message}]")

        assert {name.name for name in found.find_all(nodes.Name)} == {"n", "f"}
        told = [piece.data for piece in found.find_all(nodes.TemplateData)]
        assert told == ["<p>", "[Page ", "]", " ", "[Home]", "</p>"]
