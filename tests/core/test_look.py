import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager

from marketplace.core import assets, icons, language, look
from marketplace.core.rights import GuardedFlask, anyone, logged_in
from tests.core.gallery import gallery

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture(scope="module")
def house() -> Flask:
    house = gallery()
    assert isinstance(house, GuardedFlask)
    house.add_url_rule("/closed", endpoint="closed", view_func=str, allow=logged_in)
    return house


@pytest.fixture(scope="module")
def shell() -> Flask:
    """A house with few pages, to see what its menus leave out."""
    shell = GuardedFlask("marketplace", template_folder="../templates", static_folder=None)
    shell.config.from_mapping(BABEL_DEFAULT_LOCALE="en", LANGUAGES=("en",))
    LoginManager(shell).user_loader(lambda _reference: None)
    for part in (language, assets, look):
        part.init_app(shell)
    for path, rule in (("/painel", anyone), ("/painel/pedidos", anyone), ("/gestao", logged_in)):
        shell.add_url_rule(path, endpoint=path, view_func=str, allow=rule)
    return shell


class TestDrawings:
    def test_each_is_a_file(self) -> None:
        named = [look.drawing(category) for category in look.DRAWINGS]
        named += [look.drawing("", segment) for segment in look.SEGMENTS]
        assert [name for name in [*named, look.drawing()] if not (STATIC / name).is_file()] == []

    def test_the_category_goes_before_the_segment(self) -> None:
        assert look.drawing("mel", "extrativismo") == "illustrations/mel.svg"
        assert look.drawing("unknown", "extrativismo") == "illustrations/castanha.svg"


class TestPages:
    def test_a_page_that_is_not_there_has_no_address(self, house: Flask) -> None:
        with house.test_request_context("/"):
            assert look.page_at("/galeria") == "/galeria"
            assert look.page_at("/nowhere") == ""

    def test_an_address_keeps_the_language(self, house: Flask) -> None:
        with house.test_request_context("/x", environ_overrides={"SCRIPT_NAME": "/es"}):
            assert look.page_at("/galeria") == "/es/galeria"

    def test_a_door_that_does_not_open_is_not_shown(self, house: Flask) -> None:
        with house.test_request_context("/"):
            assert look.page_at("/closed") == "/closed"
            assert look.door("/closed") == ""
            assert look.door("/galeria") == "/galeria"


class TestMenus:
    def menu(self, shell: Flask, *told: object) -> str:
        with shell.test_request_context("/"):
            return str(shell.jinja_env.get_template("_macros/menus.html").module.menu(*told))

    def test_show_the_pages_there_are(self, shell: Flask) -> None:
        shown = self.menu(shell, "painel", "hoje", "tab", {"pedidos": 3})
        assert re.findall(r'<a href="([^"]+)"', shown) == ["/painel", "/painel/pedidos"]
        assert '<a href="/painel" aria-current="page">' in shown
        assert '<span class="count">3</span>' in shown

    def test_leave_out_what_the_reader_may_not_open(self, shell: Flask) -> None:
        assert "href" not in self.menu(shell, "gestao", "", "side")


class TestSharesOf:
    def test_add_up_to_a_hundred(self) -> None:
        assert look.shares_of([3333, 3333, 3334, 0, 0]) == [33, 33, 34, 0, 0]

    def test_of_nothing_are_nothing(self) -> None:
        assert look.shares_of([0] * 5) == [0] * 5


class TestIcons:
    def test_an_unknown_one_is_refused(self, app: Flask) -> None:
        with pytest.raises(KeyError, match="dragon"):
            icons.use_icon("dragon")

    def test_the_next_page_begins_without_any(self, house: Flask) -> None:
        with house.test_request_context("/"):
            icons.use_icon("basket")
            assert "i-basket" in icons.icon_sprite()
            assert "i-basket" not in icons.icon_sprite()


class TestErrorPages:
    def test_a_lost_reader_is_shown_the_way(self, client: FlaskClient) -> None:
        answer = client.get("/es/nada")
        assert answer.status_code == 404
        assert '<html lang="es">' in answer.text
        assert 'name="robots" content="noindex"' in answer.text

    def test_say_their_number(self, client: FlaskClient) -> None:
        assert "Error 404" in client.get("/en/nada").text


class TestFrame:
    def test_tells_every_language_of_the_page(self, house: Flask) -> None:
        text = house.test_client().get("/en/galeria").text
        assert '<html lang="en">' in text
        for tag, path in (("pt-BR", "/galeria"), ("es", "/es/galeria"), ("en", "/en/galeria")):
            assert f'<link rel="alternate" hreflang="{tag}" href="http://localhost{path}">' in text
        assert '<link rel="canonical" href="http://localhost/en/galeria">' in text

    def test_marks_the_demonstration(self, house: Flask) -> None:
        assert "invented data" not in house.test_client().get("/en/galeria").text
        house.config["DEMO"] = True
        assert "invented data" in house.test_client().get("/en/galeria").text
        house.config["DEMO"] = False

    def test_weighs_little(self, house: Flask) -> None:
        asked = {"Accept-Encoding": "br"}
        names = ("css/tokens.css", "css/base.css", "fonts/gabarito-700.woff2", "js/page.js")
        client = house.test_client()
        weight = sum(len(client.get(f"/static/{n}", headers=asked).data) for n in names)
        assert weight < 22 * 1024

    def test_has_scripts_of_at_most_12_kb(self, house: Flask) -> None:
        client = house.test_client()
        asked = {"Accept-Encoding": "gzip"}
        scripts = [f"/static/js/{file.name}" for file in (STATIC / "js").glob("*.js")]
        assert sum(len(client.get(s, headers=asked).data) for s in scripts) < 12 * 1024
