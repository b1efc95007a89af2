import pytest

from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries
from marketplace.enterprises.errors import CnpjTaken, CodeTaken, NoDivision
from marketplace.enterprises.models import Access, DecisionKind, Kind, Segment, Sex, Standing
from marketplace.enterprises.operations import registration
from marketplace.enterprises.particulars import Newcomer, Particulars
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer

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
