import re

import pytest

pytestmark = pytest.mark.only("sqlite")  # asks no database

HERE = {"Origin": "http://localhost"}


def post(visitor, path="/doors/open", headers=HERE, **form):
    return visitor.post(path, headers=headers, data=form).status_code


def remember(visitor, cookie="cesta", value="abc"):
    visitor.set_cookie(cookie, value)


def token(house, cookie="cesta=abc"):
    with house.test_request_context(headers={"Cookie": cookie}):
        return house.jinja_env.globals["csrf_token"]()


class TestOrigin:
    @pytest.mark.parametrize(
        "headers",
        [
            HERE,
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "none"},
            {"Referer": "http://localhost/cesta"},
        ],
    )
    def test_lets_our_own_pages_in(self, visitor, headers):
        assert post(visitor, headers=headers) == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "null"},
            {"Origin": "http://localhost.evil.example"},
            {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Referer": "http://evil.example/http://localhost/"},
        ],
    )
    def test_keeps_other_sites_out(self, visitor, headers):
        assert post(visitor, headers=headers) == 403

    def test_is_not_asked_of_pages_that_are_only_read(self, visitor):
        assert (
            visitor.get("/doors/open", headers={"Origin": "http://evil.example"}).status_code == 200
        )

    def test_is_not_asked_of_callers_who_sign(self, visitor):
        assert post(visitor, "/doors/news", headers={}) == 200


class TestToken:
    def test_is_needed_once_there_is_a_basket(self, visitor, house):
        remember(visitor)

        assert post(visitor) == 403
        assert post(visitor, csrf_token=token(house)) == 200

    def test_may_come_as_a_header(self, visitor, house):
        remember(visitor)

        assert post(visitor, headers=HERE | {"X-CSRF-Token": token(house)}) == 200

    @pytest.mark.parametrize("wrong", ["", "x", "é", "AAAA", "A" * 60, "=" * 8])
    def test_is_refused_when_it_is_not_ours(self, visitor, wrong):
        remember(visitor)

        assert post(visitor, csrf_token=wrong) == 403

    def test_of_somebody_else_is_refused(self, visitor, house):
        remember(visitor)

        assert post(visitor, csrf_token=token(house, "cesta=other")) == 403

    def test_of_the_basket_does_not_do_after_login(self, visitor, house):
        remember(visitor)
        with visitor.session_transaction() as session:
            session["_user_id"] = "reference"

        assert post(visitor, csrf_token=token(house)) == 403

    def test_survives_a_change_of_key(self, visitor, house):
        remember(visitor)
        shown = token(house)
        former = house.config["SECRET_KEY"]
        house.config.update(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[former])  # noqa: S106

        assert post(visitor, csrf_token=shown) == 200

    def test_is_not_asked_of_forms_on_pages_cached_for_all(self, visitor):
        remember(visitor)

        assert post(visitor, "/doors/lines") == 200
        assert post(visitor, "/doors/lines", headers={}) == 403

    def test_is_empty_for_a_visitor_and_sets_no_cookie(self, house, visitor):
        assert token(house, "") == ""
        assert "Set-Cookie" not in visitor.get("/doors/open").headers

    def test_differs_on_each_page(self, house):
        assert token(house) != token(house)
        assert re.fullmatch(r"[\w=-]{50,70}", token(house))
