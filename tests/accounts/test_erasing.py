"""Who may erase a person, what must end first, and what it leaves."""

import pytest
import sqlalchemy as sa

from marketplace.accounts.errors import AlreadyEnded, AnotherConfirms, NotOneself
from marketplace.accounts.models import LoginSession, Role, User
from marketplace.accounts.operations import closing, erasing
from marketplace.core import audit, clock, erasure_marks, erasures, invariants
from marketplace.core.database import db
from marketplace.core.erasures import MustWait
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.rights import Person
from tests.factories.accounts import PASSWORD, PASSWORD_HASH, make_division, make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer, person_of
from tests.factories.orders import make_order, work

PAPER = "2026/17"


def iara(**given):
    facts = {"name": "Iara Tupinambá", "email": "iara@example.org", "password_hash": PASSWORD_HASH}
    return make_user(**facts | given)


def reread(user_id):
    db.session.expire_all()
    return db.session.get_one(User, user_id)


def two_of_the_staff():
    division = make_division()
    return [person_of(make_staff(role, division)) for role in (Role.HEAD, Role.ADMINISTRATOR)]


class TestEraseOwn:
    def test_leaves_an_id_and_nothing_else(self):
        user = iara()
        erasing.erase_own(user.id, by=Person(user.id), now=NOW)

        left = reread(user.id)
        assert (left.name, left.mobile, left.password_hash) == ("—", None, None)
        assert left.email == f"erased:{user.id}"
        assert left.deactivated_at == NOW
        assert not db.session.scalars(sa.select(LoginSession)).all()

    def test_is_nobody_elses(self):
        with pytest.raises(NotAllowed):
            erasing.erase_own(iara().id, by=Person(make_user().id), now=NOW)

    def test_waits_for_an_open_order_and_says_until_when(self):
        user = iara()
        order = make_order(by=Person(user.id))

        with pytest.raises(MustWait) as refused:
            erasing.erase_own(user.id, by=Person(user.id), now=NOW)
        (reason,) = refused.value.reasons
        assert order.code in reason
        assert "2026" in reason
        assert reread(user.id).name == "Iara Tupinambá"

    def test_waits_for_a_role_and_for_another_manager(self):
        user = iara()
        _same, enterprise = make_producer("manager", user=user)
        make_producer("member", enterprise=enterprise)
        staff = make_staff(Role.COUNCIL)

        for who, about in ((user, enterprise.name), (staff, "role in the Division")):
            with pytest.raises(MustWait) as refused:
                erasing.erase_own(who.id, by=Person(who.id), now=NOW)
            assert about in str(refused.value.reasons)

    def test_takes_a_group_of_one_along(self):
        user, enterprise = make_producer("manager", user=iara())
        erasing.erase_own(user.id, by=Person(user.id), now=NOW)

        db.session.expire_all()
        assert enterprise.name == f"Empreendimento {enterprise.code}"
        assert invariants.broken() == {}

    def test_is_not_undone_by_opening_the_account(self):
        user, (_head, administrator) = iara(), two_of_the_staff()
        erasing.erase_own(user.id, by=Person(user.id), now=NOW)

        with pytest.raises(AlreadyEnded):
            closing.reactivate_person(user.id, reason="", by=administrator, now=NOW)


class TestOnAWrittenRequest:
    def test_takes_two_whose_names_are_kept(self):
        user, (first, second) = iara(), two_of_the_staff()
        asked = erasing.ask_for(user.id, paper=PAPER, by=first, now=NOW)

        with pytest.raises(AnotherConfirms):
            erasing.confirm(user.id, by=first, now=NOW)
        assert reread(user.id).name == "Iara Tupinambá"
        erasing.confirm(user.id, by=second, now=NOW)

        assert (asked.asked_by_id, asked.confirmed_by_id) == (first.id, second.id)
        assert reread(user.id).name == "—"
        last = db.session.scalars(sa.select(audit.Entry).order_by(audit.Entry.id.desc())).first()
        assert (last.operation, last.person_id) == ("confirm", second.id)

    def test_is_never_about_oneself(self):
        first, _second = two_of_the_staff()
        with pytest.raises(NotOneself):
            erasing.ask_for(first.id, paper=PAPER, by=first, now=NOW)

    def test_may_be_taken_back(self):
        user, (first, second) = iara(), two_of_the_staff()
        erasing.ask_for(user.id, paper=PAPER, by=first, now=NOW)
        erasing.give_up(user.id, by=first, now=NOW)

        with pytest.raises(NotFound):
            erasing.confirm(user.id, by=second, now=NOW)


class TestPages:
    def test_ask_for_the_password_and_tell_to_anybody_that_it_is_done(self, client, log_in):
        log_in(user := iara())
        assert client.post("/conta/apagamento", data={"password": "other"}).status_code == 422
        assert reread(user.id).name == "Iara Tupinambá"

        answer = client.post("/conta/apagamento", data={"password": PASSWORD})
        assert answer.status_code == 303
        assert client.get("/conta").status_code in (302, 303, 401)
        page = client.get(answer.location).text
        assert "Photos and letters go within minutes" in page
        work()
        assert "Photos and letters are gone too" in client.get(answer.location).text

    def test_say_what_must_end_first(self, client, log_in):
        log_in(user := iara())
        order = make_order(by=Person(user.id))

        page = client.get("/conta/apagamento").text
        assert order.code in page
        assert 'type="password"' not in page
        assert client.post("/conta/apagamento", data={"password": PASSWORD}).status_code == 409

    def test_lead_two_of_the_staff_through_it(self, client):
        user, division = iara(), make_division()
        path = f"/gestao/pessoas/{user.id}/apagamento"
        client.log_in(make_staff(Role.HEAD, division))
        assert client.post(path, data={"paper": "Iara pediu"}).status_code == 422
        assert client.post(path, data={"paper": PAPER}).status_code == 303
        assert f"{path}/sim" not in client.get(path).text
        assert client.post(f"{path}/sim").status_code == 403

        client.log_in(make_staff(Role.ADMINISTRATOR, division))
        assert f"{path}/sim" in client.get(path).text
        assert client.post(f"{path}/sim").status_code == 303
        assert reread(user.id).name == "—"

    def test_tell_nothing_before_it_is_done(self, client):
        user, (first, _second) = iara(), two_of_the_staff()
        asked = erasing.ask_for(user.id, paper=PAPER, by=first, now=NOW)
        assert client.get(f"/apagamentos/{asked.code}").status_code == 404


def test_a_mark_names_nobody_without_the_key(app):
    user = iara()
    erasing.erase_own(user.id, by=Person(user.id), now=clock.now())
    work()
    (kept,) = db.session.scalars(sa.select(erasures.Erasure))

    token = f"{user.id}:{reread(user.id).made_at.isoformat()}"
    assert kept.mark == erasure_marks.mark_of("person", token) in erasure_marks.kept()
    assert erasure_marks.mark_of("person", token, "another key") != kept.mark
