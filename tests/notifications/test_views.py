from http import HTTPStatus

import pytest

from marketplace.accounts.consents import Purpose
from marketplace.accounts.models import User
from marketplace.core.database import db
from marketplace.notifications import queries, whatsapp
from tests.factories.accounts import allow, make_staff, make_user
from tests.factories.notifications import make_notice


def owner(notice):
    return db.session.get(User, notice.user_id)


class TestIndex:
    def test_shows_ones_own_news_and_no_others(self, client, log_in):
        mine = make_notice()
        make_notice(facts={"product": "Remo", "total_cents": 1})
        log_in(owner(mine))

        page = client.get("/avisos").text

        assert "Cesto sold" in page
        assert "Remo" not in page

    def test_says_so_when_there_is_none(self, client, log_in):
        log_in(make_user())

        assert "No news yet" in client.get("/avisos").text


class TestCreateReading:
    def test_leads_to_where_it_is_acted_on_in_the_readers_language(self, client, log_in):
        notice = make_notice(path="/conta")
        user_id = notice.user_id
        log_in(owner(notice))

        answer = client.post(f"/es/avisos/{notice.id}/leitura")

        assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/es/conta")
        assert queries.unread_count(user_id) == 0


class TestCreateReadingOfAll:
    def test_leaves_none_unread(self, client, log_in):
        notice = make_notice()
        user_id = notice.user_id
        log_in(owner(notice))

        client.post("/avisos/leitura", data={"until_id": notice.id})

        assert queries.unread_count(user_id) == 0


class TestShowToPassOn:
    def test_gives_a_ready_whatsapp_text_for_the_person(self, client, log_in):
        notice = make_notice(user=make_user(mobile="+5592991234567"))
        user_id = notice.user_id
        allow(user_id, Purpose.NEWS_BY_WHATSAPP)
        log_in(make_staff("articulation"))

        page = client.get(f"/gestao/pessoas/{user_id}/avisos").text

        assert "https://wa.me/5592991234567?text=Cesto%20for%20R%2486.00" in page.replace(
            "%C2%A0", ""
        )

    @pytest.mark.parametrize("answered", [(), (True, False)])
    def test_gives_none_to_send_without_the_persons_yes(self, client, log_in, answered):
        user_id = make_notice(user=make_user(mobile="+5592991234567")).user_id
        for given in answered:
            allow(user_id, Purpose.NEWS_BY_WHATSAPP, given=given)
        log_in(make_staff("articulation"))

        page = client.get(f"/gestao/pessoas/{user_id}/avisos").text

        assert "Cesto for R$" in page
        assert "wa.me" not in page

    def test_does_not_show_the_news_of_another_divisions_staff(self, client, log_in):
        user_id = make_notice(user=make_staff("head")).user_id
        log_in(make_staff("articulation"))

        assert client.get(f"/gestao/pessoas/{user_id}/avisos").status_code == HTTPStatus.NOT_FOUND


class TestWhatsappLink:
    def test_keeps_every_sign_of_the_text(self):
        assert whatsapp.link("+5592991234567", "Olá & até já?") == (
            "https://wa.me/5592991234567?text=Ol%C3%A1%20%26%20at%C3%A9%20j%C3%A1%3F"
        )
