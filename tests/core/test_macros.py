"""Every macro: it escapes, tells screen readers what belongs together, keeps the strict policy."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.core.gallery import gallery

EVIL = "<i onload='x'>\"&"


class Page(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def with_id(self, name: str) -> dict[str, str | None]:
        (found,) = [attributes for _, attributes in self.tags if attributes.get("id") == name]
        return found


@pytest.fixture(scope="module")
def text() -> str:
    asked = {"words": EVIL, "segmento": "mandioca", "q": "a", "pagina": "3"}
    return gallery().test_client().get("/en/galeria", query_string=asked).text


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


class TestEscaping:
    def test_lets_no_tag_in(self, page: Page) -> None:
        assert page.all("i") == []

    def test_lets_no_attribute_in(self, page: Page) -> None:
        assert not [name for _, attributes in page.tags for name in attributes if "onload" in name]

    def test_shows_what_was_written(self, text: str) -> None:
        assert text.count("&lt;i onload=&#39;x&#39;&gt;&#34;&amp;") > 40
        assert EVIL not in text


class TestPolicy:
    def test_has_no_inline_style_or_script(self, page: Page) -> None:
        inline = {"style", "srcdoc"}
        assert not [a for _, a in page.tags if any(n in inline or n.startswith("on") for n in a)]
        assert page.all("style") == []
        assert all(a.get("src") and a.get("type") == "module" for a in page.all("script"))

    def test_takes_everything_from_our_own_address(self, page: Page) -> None:
        for _, attributes in page.tags:
            assert str(attributes.get("src") or "/").startswith("/")


class TestIds:
    def test_are_unique(self, page: Page) -> None:
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert sorted(ids) == sorted(set(ids))

    def test_are_there_where_they_are_pointed_at(self, page: Page) -> None:
        ids = {a["id"] for _, a in page.tags if "id" in a}
        named = [
            str(a.get(name) or "") for _, a in page.tags for name in ("for", "aria-labelledby")
        ]
        described = [w for _, a in page.tags for w in str(a.get("aria-describedby") or "").split()]
        links = [str(a["href"])[1:] for a in page.all("a") if str(a.get("href")).startswith("#")]
        icons = [str(a["href"])[1:] for a in page.all("use")]
        assert {*filter(None, named), *described, *links, *icons} - ids == set()


class TestFields:
    def test_ties_hint_and_error_to_the_control(self, page: Page) -> None:
        mobile = page.with_id("mobile")
        assert mobile["aria-describedby"] == "mobile-error"
        assert mobile["aria-invalid"] == "true"
        assert page.with_id("name")["aria-describedby"] == "name-hint"
        assert "aria-invalid" not in page.with_id("name")

    def test_leaves_checking_to_the_server(self, page: Page) -> None:
        assert not [a for _, a in page.tags if "required" in a]

    def test_keeps_what_was_typed(self, page: Page) -> None:
        assert page.with_id("price")["value"] == "12,90"

    def test_says_which_may_be_left_out(self, text: str) -> None:
        assert re.search(r'for="about">Tell about it <span class="muted">\(if you want\)', text)
        assert re.search(r'for="name">Name</label>', text)

    def test_asks_the_camera_for_a_photo(self, page: Page) -> None:
        assert page.with_id("photo")["capture"] == "environment"
        assert page.with_id("photo")["accept"] == "image/*"

    def test_shows_a_choice_with_its_words_and_price(self, text: str) -> None:
        assert "<b>Collect at the fair</b>" in text
        assert '<strong class="nowrap">free</strong>' in text


class TestErrorSummary:
    def test_counts_and_links_each_error(self, text: str, page: Page) -> None:
        assert "4 things to fix before you continue" in text
        summary = text[text.index("errsum-title") : text.index("</ul>", text.index("errsum-title"))]
        assert re.findall(r'href="#([\w-]+)"', summary) == ["mobile", "on", "delivery-0", "agrees"]

    def test_takes_the_focus_without_script(self, page: Page) -> None:
        (summary,) = [a for a in page.all("div") if "data-errsum" in a]
        assert summary["tabindex"] == "-1"
        assert "autofocus" in summary

    def test_stands_in_the_title(self, text: str) -> None:
        assert "<title>Error: " in text


class TestPrices:
    def test_shows_parts_that_add_up(self, text: str) -> None:
        legend = text[
            text.index('class="legend"') : text.index("</ul>", text.index('class="legend"'))
        ]
        cents = [int(a + b) for a, b in re.findall(r"R\$(\d+)\.(\d\d)<", legend)]
        assert cents == [5590, 1290, 860, 688, 172]
        assert sum(map(int, re.findall(r">(\d+)%<", legend))) == 100


class TestAddresses:
    def test_pager_keeps_the_other_arguments(self, page: Page) -> None:
        (after,) = [str(a["href"]) for a in page.all("a") if a.get("rel") == "next"]
        assert parse_qs(urlsplit(after).query) == {
            "words": [EVIL],
            "segmento": ["mandioca"],
            "q": ["a"],
            "pagina": ["4"],
        }

    def test_keeps_the_language(self, page: Page) -> None:
        (before,) = [str(a["href"]) for a in page.all("a") if a.get("rel") == "prev"]
        assert before.startswith("/en/galeria?")

    def test_taking_a_filter_off_goes_to_the_first_page(self, text: str) -> None:
        (off,) = re.findall(r'href="([^"]*)">[^>]*?<svg[^>]*><use href="#i-x"', text)
        assert parse_qs(urlsplit(unescape(off)).query) == {"words": [EVIL], "q": ["a"]}


class TestIcons:
    def test_the_page_carries_each_used_symbol_once(self, text: str, page: Page) -> None:
        used = {str(a["href"])[1:] for a in page.all("use")}
        assert sorted(used) == [a["id"] for a in page.all("symbol")]
        assert 8 < len(used) < text.count("<use ")

    def test_every_icon_is_hidden_from_screen_readers(self, page: Page) -> None:
        assert all(a.get("aria-hidden") == "true" for a in page.all("svg"))
