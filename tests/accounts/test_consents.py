"""What people allowed: every answer kept, the last one held to at once."""

import hashlib
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import consents
from marketplace.accounts.consents import ASKED, Consent, Door, Purpose
from marketplace.accounts.models import User
from marketplace.accounts.operations.consents import decide
from marketplace.core import privacy
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from tests.factories.accounts import allow, make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer

NEWS, NUMBER = Purpose.NEWS_BY_WHATSAPP, Purpose.NUMBER_ON_PAGE
ANA = {"name": "Ana", "mobile": "(92) 99123-4567", "email": "", "password": "açaí com farinha"}


def answers(user_id):
    return [(one.purpose, one.given, one.door) for one in reversed(consents.of(user_id))]


class TestDecide:
    def test_keeps_every_answer_and_holds_to_the_last(self):
        user_id = make_user().id
        for given in (True, False, True):
            allow(user_id, NEWS, given=given)

        assert answers(user_id) == [(NEWS, given, Door.ACCOUNT) for given in (True, False, True)]
        assert consents.holds(user_id, NEWS)
        assert not consents.holds(user_id, NUMBER)

    def test_keeps_no_answer_twice(self):
        user_id = make_user().id
        allow(user_id, NEWS, given=False)
        allow(user_id, NEWS)
        allow(user_id, NEWS)

        assert [one.given for one in consents.of(user_id)] == [True]

    def test_keeps_which_text_was_read(self):
        user_id = make_user().id
        allow(user_id, NEWS)

        row = consents.of(user_id)[0]

        text = str(ASKED[NEWS].text).encode()
        assert (row.text_version, row.text_hash, row.language) == (
            consents.TEXT_VERSION,
            hashlib.sha256(text).hexdigest(),
            "en",
        )

    @pytest.mark.parametrize(("door", "given"), [(Door.ACCOUNT, True), (Door.DESK, False)])
    def test_refuses_anothers_answer_but_a_yes_noted_at_the_desk(self, door, given):
        user_id, by = make_user().id, Person(make_user().id)
        reading = consents.read_in("en", NEWS)

        with pytest.raises(NotAllowed):
            decide(user_id, NEWS, reading, given=given, door=door, by=by, now=NOW)

        decide(user_id, NEWS, reading, given=True, door=Door.DESK, by=by, now=NOW)
        assert consents.of(user_id)[0].by_id == by.id


class TestLedger:
    @pytest.mark.parametrize("change", [sa.update(Consent).values(given=False), sa.delete(Consent)])
    def test_lets_nobody_change_or_remove_an_answer(self, change):
        allow(make_user().id, NEWS)

        @operation
        def meddle():
            db.session.execute(change)

        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            meddle()

    def test_outlives_its_person_as_a_number(self):
        user_id = make_user(name="Ana Planted").id
        allow(user_id, NEWS)
        theirs = privacy.subject("person", user_id)

        operation(lambda: privacy.clear(theirs, now=NOW))()

        assert db.session.get(User, user_id).name == privacy.ERASED
        assert [(one.given, one.language) for one in consents.of(user_id)] == [(True, "")]


class TestPage:
    def test_takes_an_answer_and_its_opposite(self, client, log_in):
        user = make_user()
        user_id = user.id
        log_in(user)
        path = f"/conta/permissoes/{ASKED[NEWS].path}"

        assert client.post(path, data={"given": "yes"}).location == "/conta/permissoes"
        assert "Allow it no longer" in client.get("/conta/permissoes").text
        client.post(path, data={"given": "no"})

        assert answers(user_id) == [(NEWS, True, Door.ACCOUNT), (NEWS, False, Door.ACCOUNT)]
        assert "Allow it no longer" not in client.get("/conta/permissoes").text

    def test_knows_no_other_purpose(self, client, log_in):
        log_in(make_user())

        assert client.post("/conta/permissoes/tudo").status_code == HTTPStatus.NOT_FOUND


class TestForms:
    @pytest.mark.parametrize("said", [True, False])
    def test_the_sign_up_asks_and_a_yes_is_never_assumed(self, client, said):
        client.post("/criar-conta", data=ANA | ({"news_by_whatsapp": "y"} if said else {}))

        user_id = db.session.scalars(sa.select(User.id)).one()
        assert answers(user_id) == ([(NEWS, True, Door.SIGN_UP)] if said else [])

    def test_a_stranger_who_knows_a_number_says_nothing_for_its_owner(self, client):
        user_id = make_user(mobile="+5592991234567").id

        client.post("/criar-conta", data=ANA | {"news_by_whatsapp": "y"})

        assert answers(user_id) == []

    def test_staff_note_what_they_were_told(self, client, log_in):
        staff = make_staff("articulation")
        staff_id = staff.id
        log_in(staff)
        form = {"name": "Bia", "mobile": "(92) 99123-4567", "language": "pt_BR"}

        client.post("/gestao/pessoas/nova", data=form | {"news_by_whatsapp": "y"})

        row = db.session.scalars(sa.select(Consent)).one()
        assert (row.purpose, row.given, row.door, row.by_id) == (NEWS, True, Door.DESK, staff_id)


class TestNumberOnPage:
    PROFILE = {"mobile": "(92) 99123-4567", "email": "", "story": "Somos doze vizinhas que tecem."}

    @pytest.fixture
    def group(self):
        manager, group = make_producer(
            user=make_user(mobile="+5592991234567"), mobile="+5592991234567"
        )
        return manager.id, group.id, group.slug

    def test_hides_a_members_own_number_until_they_say_yes_and_after_a_no(self, client, group):
        user_id, _group_id, slug = group

        def shown():
            return "wa.me/5592991234567" in client.get(f"/quem-faz/{slug}").text

        assert not shown()
        allow(user_id, NUMBER)
        assert shown()
        allow(user_id, NUMBER, given=False)
        assert not shown()

    def test_shows_a_number_that_is_nobodys_own(self):
        _manager, group = make_producer(mobile="+5592991112222")

        assert enterprises.number_shown(group.id) == "+5592991112222"

    def test_is_asked_where_the_group_says_how_it_is_reached(self, client, log_in, group):
        user_id = group[0]
        log_in(db.session.get(User, user_id))

        client.post("/painel/grupo/perfil", data=self.PROFILE | {"number_on_page": "y"})
        assert "checked" in client.get("/painel/grupo/perfil").text
        client.post("/painel/grupo/perfil", data=self.PROFILE)

        assert answers(user_id) == [(NUMBER, True, Door.GROUP), (NUMBER, False, Door.GROUP)]

    def test_nobody_answers_for_anothers_number(self, client, log_in, group):
        user_id = group[0]
        other = make_producer(enterprise=enterprises_by_id(group[1]))[0]
        other_id = other.id
        log_in(other)

        client.post("/painel/grupo/perfil", data=self.PROFILE | {"number_on_page": "y"})

        assert answers(user_id) == answers(other_id) == []


def enterprises_by_id(enterprise_id):
    return db.session.scalars(enterprises.by_id(enterprise_id)).one()
