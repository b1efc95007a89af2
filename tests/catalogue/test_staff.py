from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.operations import lists
from marketplace.core.database import db
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

HOUR = 1000


def make_underpaid(**given):
    lines = [LineInput(LineKind.LABOUR, 300, HOUR), LineInput(LineKind.MATERIAL, 200)]
    return make_published(price_cents=500, lines=lines, **given)


class TestProducts:
    @pytest.fixture
    def division(self, log_in):
        lists.load_reference(NOW)
        division = make_division()
        log_in(make_staff(Role.ARTICULATION, division))
        return division

    def test_are_those_of_the_division(self, client, division):
        make_published(name="Cesto", enterprise=make_enterprise(division=division))
        make_published(name="De longe", enterprise=make_enterprise(division=make_division()))

        page = client.get("/gestao/produtos").text

        assert "Cesto" in page
        assert "De longe" not in page

    def test_under_the_wage_floor_are_counted_and_found(self, client, division):
        enterprise = make_enterprise(division=division)
        make_underpaid(name="Anel", enterprise=enterprise)
        make_published(name="Cesto", enterprise=enterprise)

        page = client.get("/gestao/produtos?estado=piso").text

        assert "1 product on sale leaves an hour" in page
        assert "Anel" in page
        assert "Cesto" not in page

    @pytest.mark.parametrize("asked", ["q=aruma", "q=Maos", "q=maos+aruma"])
    def test_are_found_by_product_and_group(self, client, division, asked):
        group = make_enterprise(
            division=division, name="Mãos do Cuieiras", folded="maos do cuieiras"
        )
        make_published(name="Cesto de arumã", enterprise=group)
        make_published(name="Rede", enterprise=make_enterprise(division=division))

        page = client.get(f"/gestao/produtos?{asked}").text

        assert "Cesto de arumã" in page
        assert ">Rede" not in page

    def test_go_out_as_csv_as_they_are_on_screen(self, client, division):
        enterprise = make_enterprise(division=division)
        make_underpaid(name="=Anel", enterprise=enterprise)
        make_published(name="Cesto", enterprise=enterprise)

        text = client.get("/gestao/produtos.csv?estado=piso").text

        assert '"\'=Anel"' in text
        assert "Cesto" not in text


class TestCategories:
    FORM = {
        "segment": "artesanato",
        "name": "Cerâmica",
        "name_es": "Cerámica",
        "name_en": "Pottery",
    }

    @pytest.fixture(autouse=True)
    def _dora(self, log_in):
        log_in(make_staff(Role.ADMINISTRATOR))

    def only(self):
        return db.session.scalars(
            sa.select(Category).execution_options(populate_existing=True)
        ).one()

    def test_are_added_renamed_retired_and_offered_again(self, client):
        client.post("/gestao/categorias", data=self.FORM)
        path = f"/gestao/categorias/{self.only().id}"

        client.post(path, data=self.FORM | {"name": "Barro"})
        assert (self.only().name, self.only().slug) == ("Barro", "ceramica")
        client.post(f"{path}/retirada")
        assert self.only().retired_at
        client.post(f"{path}/volta")
        assert self.only().retired_at is None
        assert "Barro" in client.get("/gestao/categorias").text

    def test_are_named_in_three_languages(self, client):
        page = client.post("/gestao/categorias", data=self.FORM | {"name_es": ""})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_are_not_added_twice(self, client):
        client.post("/gestao/categorias", data=self.FORM)

        page = client.post("/gestao/categorias", data=self.FORM)

        assert page.status_code == HTTPStatus.CONFLICT
        assert "already a category" in page.text
