import pytest
from flask import render_template_string
from flask_babel import Domain, force_locale, gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import IntegerField

from marketplace.core import messages

ONE = "%(num)d accepted order stays: see that it is handed over or cancelled"
MORE = "%(num)d accepted orders stay: see that they are handed over or cancelled"
HELLO = '{{ _("Basket") }} {{ _("Page %(number)s", number=n) }}'


def said(house, template=HELLO, **values):
    with house.app_context():
        return render_template_string(template, **{"n": 1} | values)


class TestMessages:
    @pytest.mark.parametrize(
        ("locale", "words"), [("es", "Canasta Página 1"), ("pt_BR", "Cesta Página 1")]
    )
    def test_are_in_the_language_that_holds_now(self, house, locale, words):
        with house.app_context():
            before = render_template_string(HELLO, n=1)
            with force_locale(locale):
                meanwhile = render_template_string(HELLO, n=1)
            after = render_template_string(HELLO, n=1)

        assert (before, meanwhile, after) == ("Basket Page 1", words, "Basket Page 1")

    def test_escape_what_is_put_into_them(self, house):
        assert said(house, n="<b>").endswith("Page &lt;b&gt;")
        assert said(house, n="&").endswith("Page &amp;")

    def test_leave_plain_texts_plain(self, house):
        plain = "{% autoescape false %}" + HELLO + "{% endautoescape %}"

        assert said(house, plain, n="<b>").endswith("Page <b>")
        assert said(house, n="<b>").endswith("Page &lt;b&gt;")

    def test_keep_a_doubled_percent_sign_single_every_time(self, house):
        assert {said(house, '{{ _("100%% ours") }}') for _ in range(3)} == {"100% ours"}


class TestWordsOutsideOfTemplates:
    def test_are_in_the_language_that_holds_now(self, app):
        told = []
        with app.test_request_context("/"):
            for language in ("es", "pt_BR", "en", "es"):
                with force_locale(language):
                    told += [gettext("Basket")]

        assert told == ["Canasta", "Cesta", "Basket", "Canasta"]

    def test_know_how_each_language_counts(self, app):
        with app.test_request_context("/"), force_locale("es"):
            told = [ngettext(ONE, MORE, number) for number in (1, 2)]

        assert told == [
            "1 pedido aceptado sigue: cuide que se entregue o se cancele",
            "2 pedidos aceptados siguen: cuide que se entreguen o se cancelen",
        ]

    def test_are_looked_for_once_in_each_language(self, app, monkeypatch):
        asked, looked = Domain.get_translations, []
        monkeypatch.setattr(Domain, "get_translations", lambda s: looked.append(s) or asked(s))
        monkeypatch.setattr(messages.babel, "domain_instance", messages.Catalogues())
        with app.test_request_context("/"), force_locale("es"):
            for _ in range(3):
                gettext("Basket")

        assert len(looked) == 1


class Asked(FlaskForm):
    whole = IntegerField()


def error_in(app, language):
    typed = {"method": "POST", "data": {"whole": "x"}}
    with app.test_request_context("/", **typed), force_locale(language):
        form = Asked(meta={"csrf": False})
        form.validate()
        return form.whole.errors


class TestWordsOfForms:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("es", "No es un valor entero válido."),
            ("pt_BR", "O valor inteiro não é válido."),
            ("en", "Not a valid integer value."),
        ],
    )
    def test_are_in_the_language_that_holds_now(self, app, language, words):
        assert error_in(app, language) == [words]

    def test_are_read_once_for_each(self, app):
        messages._of_forms.cache_clear()
        for language in ("es", "pt_BR", "es"):
            error_in(app, language)
        assert messages._of_forms.cache_info().misses == 2
