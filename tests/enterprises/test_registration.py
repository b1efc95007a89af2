import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries
from marketplace.enterprises.errors import (
    CnpjTaken,
    CodeTaken,
    Incomplete,
    NoDivision,
    NotOpenForChange,
    StepNotFlagged,
)
from marketplace.enterprises.models import Access, DecisionKind, Kind, Segment, Sex, Standing
from marketplace.enterprises.operations import drafts, registration, vetting
from marketplace.enterprises.particulars import Newcomer, Particulars
from marketplace.enterprises.steps import STEPS, missing_in
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_division, make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import (
    make_draft,
    make_enterprise,
    make_member,
    make_producer,
    person_of,
)

MANAUS = 1302603


def register(name="Grupo Fio de Tucum", people=(), municipality=MANAUS, **particulars):
    known = Particulars(name, Kind.INFORMAL_GROUP, Segment.CRAFTS, municipality, **particulars)
    return registration.register_enterprise(known, people, by=HOUSE, now=NOW)


class TestRegisterEnterprise:
    def test_sends_it_to_the_division_of_its_municipality(self):
        division = make_enterprise().division

        group = register()

        assert (group.division_id, group.standing) == (division.id, Standing.SENT)
        assert [d.kind for d in group.decisions] == [DecisionKind.SENT]

    def test_takes_the_people_in_from_that_day_on(self):
        user, _own = make_producer()
        raimunda = Newcomer("Raimunda", Sex.FEMALE, user_id=user.id, access=Access.MANAGER)

        group = register(people=[raimunda, Newcomer("José", Sex.MALE)])

        assert [m.name for m in group.live_members] == ["Raimunda", "José"]
        assert group.has_manager
        assert queries.user_ids_of(group.id) == [user.id]

    def test_gives_the_next_code_and_an_address_of_its_own(self):
        make_enterprise(code="E41", slug="grupo-fio-de-tucum")

        group = register()

        assert (group.code, group.slug) == ("E42", "grupo-fio-de-tucum-e42")

    def test_refuses_a_code_or_a_cnpj_that_another_has(self):
        make_enterprise(code="E01", cnpj="12ABC34501DE35")

        with pytest.raises(CodeTaken):
            register(code="E01")
        with pytest.raises(CnpjTaken):
            register(cnpj="12ABC34501DE35")

    def test_refuses_a_place_that_no_division_serves_unless_one_is_named(self):
        division = make_enterprise().division

        with pytest.raises(NoDivision):
            register(municipality=1301902)
        assert register(division_id=division.id).division_id == division.id


def begin(user, by=None):
    by = by or person_of(user)
    return drafts.begin_registration(user.id, sex=Sex.FEMALE, by=by, now=NOW)


def save(enterprise, by, step="group", **fields):
    return drafts.save_step(enterprise.id, step, fields, by=by, now=NOW)


class TestBeginRegistration:
    def test_makes_a_draft_that_its_first_member_manages(self):
        make_division()
        user = make_user(name="Raimunda")

        draft = begin(user)

        assert (draft.standing, draft.has_manager) == (Standing.DRAFT, True)
        assert [m.name for m in draft.members] == ["Raimunda"]
        assert draft.registered_by_id == user.id

    def test_is_the_same_one_when_it_is_begun_twice(self):
        make_division()
        user = make_user()

        assert begin(user).id == begin(user).id
        assert len(begin(user).members) == 1

    def test_is_another_one_when_the_first_has_a_name(self):
        make_division()
        user = make_user()
        first = begin(user)
        save(first, person_of(user), name="Fio de Tucum")

        assert begin(user).id != first.id

    def test_lets_staff_begin_it_for_somebody_and_keeps_both_names(self):
        staff, raimunda = make_staff(Role.ARTICULATION), make_user()

        draft = begin(raimunda, by=person_of(staff))

        assert draft.registered_by_id == staff.id
        assert draft.members[0].user_id == raimunda.id

    def test_is_not_for_anybody_else_to_begin(self):
        make_division()

        with pytest.raises(NotAllowed):
            begin(make_user(), by=person_of(make_user()))


class TestSaveStep:
    def test_keeps_what_was_filled_in_and_that_the_step_is_done(self):
        user, draft = make_draft(steps_done=[])

        save(draft, person_of(user), name="Fio de Tucum", founded_year=2016)

        assert (draft.name, draft.slug, draft.founded_year) == (
            "Fio de Tucum",
            "fio-de-tucum",
            2016,
        )
        assert draft.steps_done == ["group"]

    def test_is_for_its_managers_and_for_who_began_it(self):
        (user, draft), (stranger, _other) = make_draft(), make_producer()
        member, _same = make_producer("member", draft)
        draft.registered_by_id = (staff := make_user()).id
        db.session.commit()

        for by in (user, staff):
            save(draft, person_of(by), name="Novo nome")
        for by in (stranger, member):
            with pytest.raises(NotFound):
                save(draft, person_of(by), name="Outro")

    @pytest.mark.parametrize("standing", [Standing.SENT, Standing.IN_ANALYSIS, Standing.APPROVED])
    def test_refuses_once_it_was_sent(self, standing):
        user, draft = make_draft(standing=standing)

        with pytest.raises(NotOpenForChange):
            save(draft, person_of(user), name="Novo nome")

    def test_takes_only_the_columns_of_its_step(self):
        user, draft = make_draft()

        with pytest.raises(StepNotFlagged):
            save(draft, person_of(user), "group", standing="approved")
        with pytest.raises(StepNotFlagged):
            save(draft, person_of(user), "group", story="Era uma vez")

    def test_leaves_the_pix_key_to_a_manager(self):
        _user, draft = make_draft()
        draft.registered_by_id = (staff := make_user()).id
        db.session.commit()

        with pytest.raises(NotAllowed):
            save(draft, person_of(staff), "money", pix_key="a@example.com")
        save(draft, person_of(staff), "money", responsible_name="Raimunda")

    def test_refuses_the_cnpj_of_another(self):
        make_enterprise(cnpj="12ABC34501DE35")
        user, draft = make_draft()

        with pytest.raises(CnpjTaken):
            save(draft, person_of(user), cnpj="12ABC34501DE35")


class TestSendRegistration:
    def send(self, user, draft):
        return drafts.send_registration(draft.id, by=person_of(user), now=NOW)

    def test_sends_it_once(self):
        user, draft = make_draft()

        first, second = self.send(user, draft), self.send(user, draft)

        assert (draft.standing, first.id) == (Standing.SENT, second.id)

    def test_tells_the_division(self):
        user, draft = make_draft()
        staff = make_staff(Role.ARTICULATION, draft.division)

        self.send(user, draft)

        assert list(db.session.scalars(sa.select(Notice.user_id))) == [staff.id]

    @pytest.mark.parametrize("step", STEPS)
    def test_refuses_while_a_step_is_missing(self, step):
        user, draft = make_draft(steps_done=[other for other in STEPS if other != step])

        with pytest.raises(Incomplete):
            self.send(user, draft)

    @pytest.mark.parametrize(
        "lacking",
        [
            {"name": ""},
            {"neighbourhood": None},
            {"mobile": ""},
            {"story": ""},
            {"responsible_cpf": ""},
        ],
    )
    def test_refuses_while_something_needed_is_missing(self, lacking):
        user, draft = make_draft(**lacking)

        assert len(missing_in(draft)) == 1
        with pytest.raises(Incomplete):
            self.send(user, draft)

    def test_asks_no_responsible_person_where_there_is_a_cnpj(self):
        _user, draft = make_draft(responsible_cpf="", cnpj="12ABC34501DE35")

        assert missing_in(draft) == []

    def test_needs_two_people(self):
        user, draft = make_draft()
        draft.members[1].left_on = NOW.date()
        db.session.commit()

        with pytest.raises(Incomplete, match="two people"):
            self.send(user, draft)
        make_member(draft)
        assert self.send(user, draft)


class TestMending:
    """A registration that came back: only what was marked can be changed, then it is sent again."""

    @pytest.fixture
    def returned(self):
        user, draft = make_draft()
        drafts.send_registration(draft.id, by=person_of(user), now=NOW)
        vetting.return_registration(
            draft.id, reason="Faltou algo", fields={"story": "Curta"}, by=HOUSE, now=NOW
        )
        return user, draft

    def test_opens_the_marked_step_again(self, returned):
        _user, draft = returned

        assert [missing.step for missing in missing_in(draft)] == ["contact"]
        assert queries.open_marks(draft) == {"story": "Curta"}

    def test_takes_only_what_was_marked(self, returned):
        user, draft = returned

        with pytest.raises(StepNotFlagged):
            save(draft, person_of(user), name="Outro nome")
        with pytest.raises(StepNotFlagged):
            save(draft, person_of(user), "contact", mobile="+5592991110000")

    def test_is_sent_again_once_mended(self, returned):
        user, draft = returned

        with pytest.raises(Incomplete):
            drafts.send_registration(draft.id, by=person_of(user), now=NOW)
        save(draft, person_of(user), "contact", story="Somos doze vizinhas.")
        drafts.send_registration(draft.id, by=person_of(user), now=NOW)

        assert [d.kind.value for d in draft.decisions] == ["sent", "returned", "sent"]
