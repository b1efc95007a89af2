"""What every page of the house keeps to, seen where any visitor may come: a page not there."""

from tests.browser import axe, sideways


def test_says_that_a_page_is_not_there(phone):
    answer = phone.goto("/nao-existe")
    assert answer.status == 404
    assert phone.locator("h1").count() == 1
    assert not axe(phone)
    assert sideways(phone) <= 0
