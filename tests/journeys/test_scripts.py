"""What the small scripts add to a form, in a browser: nothing typed or chosen is lost."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask, flash, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from PIL import Image
from playwright.sync_api import Browser, Page
from wtforms import BooleanField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace import create_app
from marketplace.core.rights import MB, anyone
from tests import browser

pytestmark = pytest.mark.only("sqlite")  # scripts do the same on both databases

FORM = """{% extends "work.html" %}
{% from "_macros/forms.html" import csrf_field, draft_note, errsum, photo_upload, qty, submit %}
{% from "_macros/forms.html" import checkbox, text, textarea %}
{% from "_macros/pages.html" import copy_button, share_button %}
{% block title %}New product{% endblock %}
{% block work %}<h1>New product</h1>{{ errsum(form) }}
<form class="stack" method="post" novalidate enctype="multipart/form-data" data-draft="new">
{{ csrf_field() }}{{ draft_note() }}{{ photo_upload(form.photo) }}{{ text(form.name) }}
{{ textarea(form.about) }}{{ text(form.secret, type="password") }}{{ checkbox(form.agrees) }}
{{ qty("1", 2, "baskets", name="left", max=3, steps=false) }}{{ submit("Publish") }}</form>
{{ copy_button("a <code>", "Copy") }}{{ share_button("A basket", "/p", "Share") }}{% endblock %}"""
LIVE = """{% extends "work.html" %}{% block title %}Live{% endblock %}
{% block scripts %}<script type="module" src="{{ static_url('js/live.js') }}"></script>
{% endblock %}{% block work %}<h1>Live</h1><div id="live" data-live><p id="sold">{{ sold }}</p>
<details><summary>Numbers</summary></details></div>{% endblock %}"""
DONE = """{% extends "work.html" %}{% block title %}Done{% endblock %}
{% block work %}<h1>Done</h1>{% endblock %}"""


class Form(FlaskForm):
    photo = FileField("Take a photo")
    name = StringField("Name", [InputRequired("Write the name")])
    about = TextAreaField("About")
    secret = PasswordField("Secret")
    agrees = BooleanField("I agree")


class Kitchen(NamedTuple):
    """A house with one form, and what it was sent."""

    url: str
    sent: list[tuple[str, str, int]]  # name, file name, bytes


def kitchen_house(sent: list[tuple[str, str, int]]) -> Flask:
    house = create_app("config.Testing")

    def show() -> ResponseReturnValue:
        form = Form(meta={"csrf": False})
        if request.method == "POST":
            photo = request.files["photo"]
            sent.append((request.form["name"], str(photo.filename), len(photo.read())))
            if form.validate():
                flash("Published", "success")
                return redirect("/done")
        return render_template_string(FORM, form=form), 422 if form.errors else 200

    house.add_url_rule("/new", "new", show, methods=["GET", "POST"], allow=anyone, limit=8 * MB)
    sold = count(1)

    def show_figures() -> str:
        return render_template_string(LIVE, sold=next(sold))

    house.add_url_rule("/live", "live", show_figures, allow=anyone)
    house.add_url_rule("/done", "done", lambda: render_template_string(DONE), allow=anyone)
    return house


@pytest.fixture
def kitchen() -> Iterator[Kitchen]:
    sent: list[tuple[str, str, int]] = []
    with browser.served(kitchen_house(sent)) as url:
        yield Kitchen(url, sent)


@pytest.fixture
def page(chromium: Browser, kitchen: Kitchen) -> Iterator[Page]:
    granted = ["clipboard-read", "clipboard-write"]
    with browser.opened_page(chromium, kitchen.url, browser.PHONE, permissions=granted) as page:
        page.goto("/new")
        yield page


@pytest.fixture
def large_photo(tmp_path: Path) -> Path:
    """A picture of a phone: 12 megapixels, some megabytes."""
    file = tmp_path / "foto.jpg"
    plain = Image.linear_gradient("L").resize((4000, 3000))
    Image.merge("RGB", (plain, plain.rotate(180), plain)).save(file, quality=100)
    return file


def drafts(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage)"))


def ready(page: Page) -> str:
    line = page.locator("[data-photo-state]", has_text="KB")
    line.wait_for()
    return line.inner_text()


class TestDrafts:
    def test_give_back_what_was_typed_when_the_page_was_lost(self, page: Page) -> None:
        page.fill("#about", "Cesto trançado")
        page.check("#agrees")
        page.fill("#secret", "never kept")
        page.wait_for_timeout(600)
        page.reload()
        assert page.input_value("#about") == "Cesto trançado"
        assert page.is_checked("#agrees")
        assert page.input_value("#secret") == ""
        assert page.is_visible("[data-draft-note]")
        assert "never kept" not in page.evaluate("localStorage['draft:new']")

    def test_are_forgotten_once_sent(self, page: Page) -> None:
        page.fill("#name", "Cesto")
        page.click("text=Publish")
        page.wait_for_url("**/done")
        assert drafts(page) == []
        page.goto("/new")
        assert page.input_value("#name") == ""
        assert not page.is_visible("[data-draft-note]")

    def test_stay_while_the_form_is_refused(self, page: Page) -> None:
        page.fill("#about", "Cesto trançado")
        page.click("text=Publish")
        page.wait_for_selector("[data-errsum]")
        assert page.input_value("#about") == "Cesto trançado"
        assert drafts(page) == ["draft:new"]


class TestErrors:
    def test_the_summary_takes_the_focus(self, page: Page) -> None:
        page.click("text=Publish")
        page.wait_for_selector("[data-errsum]")
        assert page.evaluate("document.activeElement.dataset.errsum") == ""
        page.click("[data-errsum] a")
        assert page.evaluate("document.activeElement.id") == "name"


class TestButtons:
    def test_send_once_however_often_pressed(self, page: Page, kitchen: Kitchen) -> None:
        page.fill("#name", "Cesto")
        page.evaluate("for (const _ of [1, 2, 3]) document.querySelector('[data-busy]').click()")
        page.wait_for_url("**/done")
        assert len(kitchen.sent) == 1

    def test_copy(self, page: Page) -> None:
        page.click("[data-copy]")
        page.locator("[data-copy]", has_text="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == "a <code>"

    def test_count_up_to_what_there_is(self, page: Page) -> None:
        for _ in range(3):
            page.click("[data-step='1']")
        assert page.input_value("[name=left]") == "3"
        for _ in range(5):
            page.click("[data-step='-1']")
        assert page.input_value("[name=left]") == "1"


class TestPhotos:
    def test_are_made_small_before_they_go(
        self, page: Page, kitchen: Kitchen, large_photo: Path
    ) -> None:
        page.set_input_files("#photo", large_photo)
        assert "KB" in ready(page)
        page.fill("#name", "Cesto")
        page.click("text=Publish")
        page.locator("h1", has_text="Done").wait_for()
        assert page.url.endswith("/done")
        assert page.locator(".flashes", has_text="Published").count() == 1
        ((_, name, size),) = kitchen.sent
        assert name == "foto.jpg"
        assert 0 < size <= 300 * 1024 < large_photo.stat().st_size

    def test_stay_chosen_when_the_form_is_refused(
        self, page: Page, kitchen: Kitchen, large_photo: Path
    ) -> None:
        page.set_input_files("#photo", large_photo)
        ready(page)
        page.click("text=Publish")
        page.wait_for_selector("[data-errsum]")
        page.fill("#name", "Cesto")
        page.click("text=Publish")
        page.locator("h1", has_text="Done").wait_for()
        assert [size > 0 for _, _, size in kitchen.sent] == [True, True]

    def test_stay_chosen_when_the_connection_is_lost(
        self, page: Page, kitchen: Kitchen, large_photo: Path
    ) -> None:
        page.set_input_files("#photo", large_photo)
        ready(page)
        page.fill("#name", "Cesto")
        page.context.set_offline(True)
        page.click("text=Publish")
        page.locator("[data-photo-state]", has_text="try again").wait_for()
        page.context.set_offline(False)
        page.click("text=Publish")
        page.locator("h1", has_text="Done").wait_for()
        assert len(kitchen.sent) == 1

    def test_that_are_none_say_so(self, page: Page, tmp_path: Path) -> None:
        (tmp_path / "foto.jpg").write_text("no picture")
        page.set_input_files("#photo", tmp_path / "foto.jpg")
        page.locator("[data-photo-state]", has_text="could not be read").wait_for()


def test_figures_that_grow_are_asked_for_anew_until_nobody_touches(
    chromium: Browser, kitchen: Kitchen
) -> None:
    with browser.opened_page(chromium, kitchen.url, browser.PHONE) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url) if "/live" in one.url[-5:] else None)
        page.clock.install()
        page.goto("/live")
        page.locator("details summary").evaluate("part => part.parentElement.open = true")
        page.clock.run_for(61_000)
        page.get_by_text("2", exact=True).wait_for()
        assert page.locator("details[open]").count() == 1
        page.context.set_offline(True)
        page.clock.run_for(60_000)
        page.context.set_offline(False)
        assert page.inner_text("#sold") == "2"
        page.clock.run_for(40 * 60_000)
        page.evaluate("0")  # what was asked for by now has been told
        many = len(asked)
        page.clock.run_for(180_000)
        page.evaluate("0")
        assert len(asked) == many <= 32
