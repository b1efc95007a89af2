import pytest
from flask import url_for

from marketplace.core.language import (
    Prefixed,
    current_language,
    languages,
    other_languages,
    setting,
)

pytestmark = pytest.mark.only("sqlite")  # words are the same on both databases


@pytest.fixture
def told(house):
    """What a page says of its language and addresses."""

    def page():
        links = [url_for("doors.create"), house.jinja_env.globals["static_url"]("css/base.css")]
        return " ".join([current_language(), *links])

    house.view_functions["doors.open"] = page


class TestPrefix:
    @pytest.mark.parametrize(("prefix", "code"), [("", "en"), ("/es", "es"), ("/en", "en")])
    def test_chooses_the_language_and_stays_in_links_but_not_in_files(
        self, visitor, told, prefix, code
    ):
        language, link, file = visitor.get(f"{prefix}/doors/open").text.split()

        assert (language, link) == (code, f"{prefix}/doors/open")
        assert file.startswith("/static/css/base.css?v=")

    def test_keeps_what_stands_before_the_house(self, visitor, told):
        there = {"SCRIPT_NAME": "/feira"}
        page = visitor.get("/es/doors/open", environ_overrides=there).text

        assert page.split()[1] == "/feira/es/doors/open"
        assert page.split()[2].startswith("/feira/static/")

    @pytest.mark.parametrize(
        "path", ["/español/doors/open", "/fr/doors/open", "/es/es/doors/open", "/esdoors"]
    )
    def test_is_one_of_ours(self, visitor, path):
        assert visitor.get(path).status_code == 404

    @pytest.mark.parametrize("path", ["/es", "/es/"])
    def test_alone_is_the_first_page(self, path):
        seen = {}
        Prefixed(lambda environ, _start: seen.update(environ))({"PATH_INFO": path}, None)

        assert (seen["SCRIPT_NAME"], seen["PATH_INFO"]) == ("/es", "/")


class TestLanguages:
    def test_lead_to_this_page_with_its_arguments(self, house):
        with house.test_request_context("/doors/açaí?q=cesto&pagina=2"):
            paths = [language.path for language in languages()]

        assert paths == [
            "/doors/a%C3%A7a%C3%AD?q=cesto&pagina=2",
            "/es/doors/a%C3%A7a%C3%AD?q=cesto&pagina=2",
            "/en/doors/a%C3%A7a%C3%AD?q=cesto&pagina=2",
        ]

    def test_lead_to_another_place_where_one_is_named(self, house):
        with house.test_request_context("/doors/open?q=x"):
            spanish = languages("/:at:")[1]

        assert (spanish.path, spanish.url) == ("/es/:at:", "http://localhost/es/:at:")

    def test_have_complete_addresses_for_those_who_index(self, house):
        with house.test_request_context("/doors/open?q=x"):
            urls = {language.tag: language.url for language in other_languages()}

        assert urls == {
            "pt-BR": "http://localhost/doors/open",
            "es": "http://localhost/es/doors/open",
        }


class TestSetting:
    @pytest.mark.parametrize(
        ("path", "spanish", "said"),
        [
            ("/", "feria de aquí", "feira daqui"),
            ("/es/", "feria de aquí", "feria de aquí"),
            ("/es/", "", "feira daqui"),
        ],
    )
    def test_is_in_the_readers_language_where_it_was_given(self, house, path, spanish, said):
        house.config |= {"SITE_TAGLINE": "feira daqui", "SITE_TAGLINE_ES": spanish}
        house.config |= {"SITE_TAGLINE_EN": "", "BABEL_DEFAULT_LOCALE": "pt_BR"}
        house.view_functions["doors.open"] = lambda: setting("SITE_TAGLINE")

        assert house.test_client().get(f"{path}doors/open").text == said
