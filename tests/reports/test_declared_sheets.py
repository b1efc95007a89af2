"""Declared totals by spreadsheet: looked at first, then taken in; the same file twice is once."""

import io
import re

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.sheets import reading
from marketplace.core.sheets.errors import ColumnTwice
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.reports.declared_sheet import plan
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.operations import declaring
from tests.factories.accounts import make_division, make_staff
from tests.factories.declared import make_declared, make_past
from tests.factories.issued import head_of

PAGE = "/gestao/relatorios/declarados/importar"
HEADERS = ["ano", "mês", "valor (R$)", "como se sabe", "quem declara", "segmento", "pessoas"]
FINE = ["2019", "novembro", "12.345,00", "documented", "Planilha da Feira do Largo", "", ""]


def sheet(*rows, headers=HEADERS, write=write_csv):
    return write(headers, rows)


def look(content, division=None):
    return plan(reading.read(content), division or make_division(), clock.now())


def faults(*rows):
    return [(fault.place, fault.reason) for fault in look(sheet(*rows)).faults]


class TestReading:
    @pytest.mark.parametrize("write", [write_csv, write_xlsx])
    def test_reads_a_row_as_people_write_it(self, write):
        crafts = ["2018", "", "96400,5", "Estimated", "Relatório", "Artesanato", "30"]
        found = look(sheet(FINE, crafts, write=write))

        assert [line.past for line in found.lines] == [
            make_past(),
            make_past(
                year=2018, month=None, amount_cents=96_400_50, sureness=Sureness.ESTIMATED,
                source="Relatório", segment="artesanato", people=30,
            ),
        ]  # fmt: skip
        assert (found.faults, found.left_out) == ([], 0)

    @pytest.mark.parametrize("said", ["11", "Novembro", "nov", "november", "noviembre"])
    def test_knows_a_month_by_number_and_by_name(self, said):
        (line,) = look(sheet([FINE[0], said, *FINE[2:]])).lines
        assert line.past.month == 11

    def test_knows_a_municipality_by_name_and_by_code(self):
        headers = [*HEADERS, "município"]
        division, there = make_division(), []
        for said in (division.municipality.name, str(division.municipality_code)):
            (line,) = look(sheet([*FINE, said], headers=headers), division).lines
            there.append((line.past.municipality_code, line.municipality))
        assert there == [(division.municipality_code, division.municipality.name)] * 2

    @pytest.mark.parametrize(
        ("column", "said", "place"),
        [
            (0, "", "A2"),
            (0, "1999", "A2"),
            (0, "2090", "A2"),
            (1, "treze", "B2"),
            (2, "-1", "C2"),
            (2, "dez", "C2"),
            (2, "99999999999,00", "C2"),
            (3, "", "D2"),
            (3, "talvez", "D2"),
            (4, " ", "E2"),
            (4, "x" * 301, "E2"),
            (5, "nada", "F2"),
            (6, "1000001", "G2"),
        ],
    )
    def test_names_each_cell_that_cannot_be_taken(self, column, said, place):
        row = [*FINE[:column], said, *FINE[column + 1 :]]
        assert [where for where, _why in faults(row)] == [place]

    def test_takes_a_time_and_limits_once_in_a_sheet(self):
        again = [FINE[0], "11", "1,00", *FINE[3:]]
        assert [where for where, _why in faults(FINE, again)] == ["A3"]

    def test_says_which_columns_are_missing_and_which_are_not_known(self):
        found = look(sheet(["2019", "x"], headers=["ano", "cor"]))
        assert found.missing == ["valor (R$)", "como se sabe", "quem declara"]
        assert found.ignored == ["cor"]
        assert found.lines == []

    def test_refuses_one_column_twice(self):
        with pytest.raises(ColumnTwice):
            look(sheet(["2019", "2018"], headers=["ano", "year"]))


class TestPlan:
    def test_tells_new_same_and_otherwise_apart(self):
        division = make_division()
        make_declared(division)
        other = [FINE[0], "10", *FINE[2:]]
        make_declared(division, month=10, amount_cents=1)
        found = look(sheet(FINE, other, [FINE[0], "9", *FINE[2:]]), division)

        apart = (found.same, found.differing, found.new)
        assert [[line.past.month for line in lines] for lines in apart] == [[11], [10], [9]]


class TestBringing:
    def bring(self, content, division):
        rows = [line.past for line in look(content, division).new]
        by = {"by": head_of(division), "now": clock.now()}
        return declaring.bring_all(division.id, rows, **by)

    def test_the_same_file_twice_declares_nothing_twice(self, monkeypatch):
        monkeypatch.setattr(declaring, "MOST_ROWS", 2)
        content = sheet(*[[FINE[0], str(month), *FINE[2:]] for month in range(1, 6)])
        division = make_division()

        assert self.bring(content, division) == 5
        before = [db.session.scalar(sa.select(sa.func.count()).select_from(DeclaredTotal))]
        before.append(db.session.scalar(sa.select(sa.func.count()).select_from(Entry)))
        assert self.bring(content, division) == 0
        after = [db.session.scalar(sa.select(sa.func.count()).select_from(DeclaredTotal))]
        after.append(db.session.scalar(sa.select(sa.func.count()).select_from(Entry)))
        assert after == before

    def test_what_was_declared_since_the_look_stays(self):
        division = make_division()
        rows = [line.past for line in look(sheet(FINE), division).new]
        make_declared(division, amount_cents=7)
        by = {"by": head_of(division), "now": clock.now()}

        assert declaring.bring_all(division.id, rows, **by) == 0
        assert db.session.scalars(sa.select(DeclaredTotal.amount_cents)).all() == [7]


class TestPages:
    def send(self, client, content, name="a.csv", **more):
        return client.post(PAGE, data={"sheet": (io.BytesIO(content), name)} | more)

    def test_shows_what_would_happen_and_then_does_it(self, client, log_in):
        division = make_division()
        log_in(make_staff(Role.HEAD, division))
        bad = ["2090", "11", "dez", "talvez", "", "", ""]
        preview = self.send(client, sheet(FINE, bad)).location

        shown = client.get(preview).text
        assert "Nothing is saved yet" in shown
        assert [place for place in ("C3", "D3", "E3") if f">{place}<" in shown] == [
            "C3",
            "D3",
            "E3",
        ]
        assert not db.session.scalar(sa.select(DeclaredTotal.id))

        listed = client.post(f"{preview}/confirmacao").location
        assert "12,345.00" in client.get(listed).text
        assert client.get(preview).status_code == 404
        again = self.send(client, sheet(FINE)).location
        assert "There is nothing new to take in" in client.get(again).text

    def test_what_is_declared_otherwise_is_left_out_and_named(self, client, log_in):
        division = make_division()
        log_in(make_staff(Role.HEAD, division))
        total = make_declared(division, amount_cents=1)
        shown = client.get(self.send(client, sheet(FINE)).location).text
        assert re.search(rf'declarados/{total.id}">Declared otherwise', shown)

    def test_a_sheet_of_another_division_is_not_there(self, client, log_in):
        head = make_staff(Role.HEAD, make_division())
        log_in(head)
        preview = self.send(client, sheet(FINE)).location
        log_in(make_staff(Role.HEAD, make_division()))
        assert client.get(preview).status_code == 404
        assert client.post(f"{preview}/confirmacao").status_code == 404

    def test_may_be_thrown_away(self, client, log_in):
        log_in(make_staff(Role.ARTICULATION, make_division()))
        preview = self.send(client, sheet(FINE)).location
        client.post(f"{preview}/descarte")
        assert client.get(preview).status_code == 404

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"ano;ano\n2019;2018"])
    def test_refuses_what_is_no_sheet(self, client, log_in, content):
        log_in(make_staff(Role.HEAD, make_division()))
        assert self.send(client, content).status_code == 422

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_hands_out_an_empty_sheet_that_is_taken_as_it_is(self, client, log_in, kind):
        log_in(make_staff(Role.HEAD, make_division()))
        empty = client.get(f"{PAGE}/modelo.{kind}").data
        assert look(empty).missing == []
        assert look(empty).ignored == []
