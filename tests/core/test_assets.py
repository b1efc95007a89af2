import gzip

import pytest

pytestmark = pytest.mark.only("sqlite")  # files alone

FILE = "css/base.css"


@pytest.fixture
def named(house):
    with house.test_request_context():
        return house.jinja_env.globals["static_url"](FILE)


class TestShow:
    def test_sends_for_ever_what_is_named_by_its_content(self, visitor, named):
        assert visitor.get(named).headers["Cache-Control"] == "public, max-age=31536000, immutable"

    @pytest.mark.parametrize("version", ["", "?v=old"])
    def test_sends_for_an_hour_what_is_not(self, visitor, version):
        answer = visitor.get(f"/static/{FILE}{version}")

        assert answer.headers["Cache-Control"] == "public, max-age=3600"

    def test_compresses_as_the_reader_likes(self, visitor, named):
        plain = visitor.get(named)
        packed = visitor.get(named, headers={"Accept-Encoding": "gzip, deflate"})

        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]

    def test_answers_304_to_who_has_it(self, visitor, named):
        etag = visitor.get(named).headers["ETag"]

        assert visitor.get(named, headers={"If-None-Match": etag}).status_code == 304

    def test_names_what_a_style_sheet_refers_to_by_its_content(self, visitor, tmp_path, house):
        house.config["STATIC_FOLDER"] = str(tmp_path)
        (tmp_path / "a.css").write_text("@import url('b.css'); x{y:url(data:z)} u{v:url(none.png)}")
        (tmp_path / "b.css").write_text("p{}")

        sheet = visitor.get("/static/a.css").text

        assert "url(b.css?v=" in sheet
        assert "url(data:z)" in sheet
        assert "url(none.png)" in sheet

    def test_changes_its_name_with_its_content_while_it_is_worked_on(self, house, tmp_path):
        house.config |= {"STATIC_FOLDER": str(tmp_path), "DEBUG": True}
        names = set()
        for words in ("one", "other"):
            (tmp_path / "a.css").write_text(words)
            with house.test_request_context():
                names.add(house.jinja_env.globals["static_url"]("a.css"))

        assert len(names) == 2

    @pytest.mark.parametrize(
        "path",
        [
            "../config.py",
            "..%2f..%2fconfig.py",
            "css",
            "",
            "a%00.css",
            "css/none.css",
        ],
    )
    def test_shows_nothing_else(self, visitor, path):
        assert visitor.get(f"/static/{path}").status_code == 404

    def test_sets_no_cookie_and_asks_no_database(self, visitor, named):
        answer = visitor.get(named)

        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]
