"""Sheets of enterprises: what they would do, what they do; the second time they do nothing."""

import csv
import io
from http import HTTPStatus
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Role
from marketplace.accounts.operations import places
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed
from marketplace.core.rights import HOUSE
from marketplace.core.sheets.reading import read
from marketplace.core.sheets.writing import write_xlsx
from marketplace.core.text import fold
from marketplace.enterprises.importing.exporting import sheet_of
from marketplace.enterprises.importing.planning import plan
from marketplace.enterprises.models import Enterprise, Kind, Standing
from marketplace.enterprises.operations import registration, vetting
from marketplace.enterprises.queries import women_on
from tests.factories.accounts import (
    make_division,
    make_municipality,
    make_neighbourhood,
    make_staff,
    make_zone,
)
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, person_of

HEADERS = ["code", "name", "kind", "municipality", "neighbourhood", "segment", "members_women"]
TUCUM = ["E01", "Fio de Tucum", "grupo_informal", "Manaus", "Compensa", "artesanato", "7"]
DATA = Path(__file__).parent / "enterprises.csv"


@pytest.fixture
def whole_lists():
    """Have all the municipalities, their neighbourhoods and both Divisions."""
    places.load_reference(by=HOUSE, now=NOW)


@pytest.fixture
def lists():
    """Have both Divisions, with a neighbourhood each."""
    for slug, code, place in (
        ("manaus", 1302603, "Compensa"),
        ("guajara-mirim", 1100106, "Tamandaré"),
    ):
        make_municipality(code=code, folded=fold({1302603: "Manaus"}.get(code, "Guajará-Mirim")))
        make_division(slug=slug, municipality_code=code)
        zone = make_zone(municipality_code=code)
        make_neighbourhood(zone=zone, name=place, folded=fold(place))


def sheet(*rows, headers=HEADERS, separator=";"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([headers, *rows])
    return text.getvalue().encode()


def tucum(**cells):
    return [cells.get(header, cell) for header, cell in zip(HEADERS, TUCUM, strict=True)]


def take_in(data, by=HOUSE):
    return registration.import_enterprises(data, by=by, now=clock.now())


def looked_at(data, by=HOUSE):
    return plan(read(data), by=by)


def counted(plan):
    return {a: n for a in ("new", "changed", "same", "bad") if (n := plan.count(a))}


def all_of_them():
    return list(db.session.scalars(sa.select(Enterprise).order_by(Enterprise.code)))


@pytest.mark.usefixtures("whole_lists")
class TestTheEighteenEnterprises:
    def test_come_in_once_and_never_again(self):
        data = DATA.read_bytes()

        first, second = take_in(data), take_in(data)

        assert counted(first) == {"new": 18}
        assert counted(second) == {"same": 18}
        assert len(all_of_them()) == 18

    def test_go_out_and_come_back_unchanged(self):
        take_in(DATA.read_bytes())
        out = sheet_of(all_of_them())

        assert counted(take_in(out)) == {"same": 18}
        assert sheet_of(all_of_them()) == out

    def test_wait_for_the_division_with_as_many_people_as_were_counted(self):
        take_in(DATA.read_bytes())
        first = all_of_them()[0]

        assert (first.standing, first.kind) == (Standing.SENT, Kind.INFORMAL_GROUP)
        assert [m.name for m in first.members][:2] == ["Sócia 1", "Sócia 2"]
        assert women_on(first.id, clock.today("America/Manaus")) == (875, True)
        assert first.neighbourhood.name == "Compensa"
        assert first.is_demo


@pytest.mark.usefixtures("lists")
class TestPlan:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_reads_what_excel_writes(self, encoding):
        data = sheet(tucum(municipality="Guajará-Mirim", neighbourhood="Tamandaré"))

        assert counted(looked_at(data.decode().encode(encoding))) == {"new": 1}

    def test_reads_a_workbook(self):
        assert counted(looked_at(write_xlsx(HEADERS, [tucum()]))) == {"new": 1}

    def test_understands_headers_in_portuguese(self):
        portuguese = ["Código", "NOME", "tipo", "Município", "bairro", "segmento", "mulheres"]

        planned = looked_at(sheet(tucum(), headers=portuguese, separator=","))

        assert counted(planned) == {"new": 1}
        assert planned.lines[0].people == {"women": 7, "men": 0, "others": 0}

    def test_names_what_it_does_not_use(self):
        planned = looked_at(sheet([*tucum(), "x"], headers=[*HEADERS, "Cor preferida"]))

        assert planned.ignored == ["Cor preferida"]

    def test_says_which_columns_are_missing(self):
        planned = looked_at(sheet(["Fio"], headers=["name"]))

        assert planned.missing == ["kind", "segment", "municipality"]
        assert planned.lines == []

    @pytest.mark.parametrize(
        ("cell", "value", "place"),
        [
            ("name", "", "B2"),
            ("kind", "clube", "C2"),
            ("municipality", "Atlântida", "D2"),
            ("neighbourhood", "Lugar Nenhum", "E2"),
            ("segment", "mineração", "F2"),
            ("members_women", "muitas", "G2"),
            ("members_women", "7,5", "G2"),
            ("members_women", "20000", "G2"),
        ],
    )
    def test_names_each_bad_cell_by_row_and_column(self, cell, value, place):
        planned = looked_at(sheet(tucum(**{cell: value})))

        assert counted(planned) == {"bad": 1}
        assert [fault.place for fault in planned.faults] == [place]
        assert planned.faults[0].reason

    def test_leaves_only_the_bad_row_out(self):
        planned = looked_at(sheet(tucum(kind="clube"), tucum(code="E02", name="Barro")))

        assert counted(planned) == {"new": 1, "bad": 1}

    def test_refuses_the_same_enterprise_twice_in_a_sheet(self):
        planned = looked_at(sheet(tucum(), tucum()))

        assert counted(planned) == {"new": 1, "bad": 1}

    def test_keeps_a_formula_as_text(self):
        take_in(sheet(tucum(name="'=HYPERLINK(1)")))

        assert all_of_them()[0].name == "=HYPERLINK(1)"
        assert b"'=HYPERLINK(1)" in sheet_of(all_of_them())

    def test_matches_by_name_and_place_where_there_is_no_code(self):
        data = sheet(tucum(code=""))

        assert counted(take_in(data)) == {"new": 1}
        assert counted(take_in(data)) == {"same": 1}

    def test_shows_what_would_change(self):
        take_in(sheet(tucum()))

        planned = looked_at(sheet(tucum(name="Fio de Tucum e Arumã", members_women="9")))

        assert planned.lines[0].changes == {"name": ("Fio de Tucum", "Fio de Tucum e Arumã")}

    def test_puts_no_other_group_in_the_place_of_one_by_its_code(self):
        take_in(sheet(tucum()))

        planned = looked_at(sheet(tucum(name="Cooperativa Semente Cabocla")))

        assert counted(planned) == {"bad": 1}
        assert planned.faults[0].place == "A2"

    def test_is_for_the_enterprises_of_ones_own_division(self):
        guajara = make_staff(Role.HEAD, division_of("guajara-mirim"))
        take_in(sheet(tucum()))
        by = person_of(guajara)

        assert counted(looked_at(sheet(tucum(name="Fio de Tucum Tomado")), by)) == {"bad": 1}
        assert counted(looked_at(sheet(tucum(code="E09", name="Novo")), by)) == {"bad": 1}


def division_of(slug):
    return db.session.scalar(accounts.division_called(slug))


@pytest.mark.usefixtures("lists")
class TestImportEnterprises:
    def test_changes_only_what_differs_and_leaves_the_people(self):
        take_in(sheet(tucum()))

        take_in(sheet(tucum(segment="reciclagem", neighbourhood="", members_women="2")))

        group = all_of_them()[0]
        assert group.segments == ["reciclagem", "artesanato"]
        assert group.neighbourhood.name == "Compensa"
        assert len(group.members) == 7

    def test_is_for_those_who_vet(self):
        with pytest.raises(NotAllowed):
            take_in(sheet(tucum()), person_of(make_staff(Role.QUALIFICATION)))

    def test_never_changes_a_pix_key(self):
        headers = [*HEADERS, "pix_key"]
        take_in(sheet([*tucum(), "a@example.com"], headers=headers))
        take_in(sheet([*tucum(), "ladrao@example.com"], headers=headers))

        assert all_of_them()[0].pix_key == "a@example.com"
        assert b"a@example.com" not in sheet_of(all_of_them())

    def test_lets_a_sheet_become_approved_groups_by_a_second_person(self):
        take_in(sheet(tucum()))
        group = all_of_them()[0]
        assert group.standing is Standing.SENT
        make_member(group, user=make_staff(Role.FACILITATOR), access="manager")

        vetting.approve(group.id, by=person_of(make_staff(Role.HEAD, group.division)), now=NOW)

        assert group.standing is Standing.APPROVED


@pytest.mark.usefixtures("lists")
class TestPages:
    @pytest.fixture
    def staff(self, log_in):
        staff = make_staff(Role.ARTICULATION, division_of("manaus"))
        log_in(staff)
        return staff

    def send(self, client, data, name="grupos.csv"):
        files = {"sheet": (io.BytesIO(data), name)}
        return client.post("/gestao/empreendimentos/importar", data=files)

    def test_show_first_and_take_in_once_confirmed(self, client, staff):
        answer = self.send(client, sheet(tucum(), tucum(code="E02", kind="clube")))
        page = client.get(answer.location).text
        assert "C3" in page
        assert "Take in 1 row" in page
        assert "7 women, 0 men: names to be completed" in page
        assert all_of_them() == []

        done = client.post(f"{answer.location}/confirmacao", follow_redirects=True)

        assert "1 enterprise is new." in done.text
        assert [e.code for e in all_of_them()] == ["E01"]
        assert client.get(answer.location).status_code == HTTPStatus.NOT_FOUND

    def test_say_why_a_file_cannot_be_read(self, client, staff):
        page = self.send(client, b"\xd0\xcf\x11\xe0 old", "velho.xls")

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_say_that_a_text_is_no_file(self, client, staff):
        page = client.post("/gestao/empreendimentos/importar", data={"sheet": "code;name"})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Choose a file first." in page.text

    def test_throw_a_file_away(self, client, staff):
        where = self.send(client, sheet(tucum())).location

        client.post(f"{where}/descarte")

        assert client.get(where).status_code == HTTPStatus.NOT_FOUND

    def test_export_what_the_queue_shows(self, client, staff):
        make_enterprise(name="Aprovada", division=division_of("manaus"))
        take_in(sheet(tucum()))

        waiting = client.get("/gestao/empreendimentos/planilha.csv")
        assert "Fio de Tucum" in waiting.text
        assert "Aprovada" not in waiting.text
        assert waiting.mimetype == "text/csv"


@pytest.mark.usefixtures("lists")
class TestCommand:
    def run(self, app, *args):
        return app.test_cli_runner().invoke(args=["import-enterprises", *args])

    def test_looks_first_and_takes_in_with_yes(self, app, tmp_path):
        file = tmp_path / "grupos.csv"
        file.write_bytes(sheet(tucum(), tucum(code="E02", kind="clube")))

        looked = self.run(app, str(file))
        assert "C3 kind 'clube'" in looked.output
        assert "1 new, 0 changed, 0 same, 1 bad (nothing saved" in looked.output
        assert all_of_them() == []

        assert "1 new" in self.run(app, str(file), "--yes").output
        assert len(all_of_them()) == 1
        assert "0 new, 0 changed, 1 same" in self.run(app, str(file), "--yes").output
