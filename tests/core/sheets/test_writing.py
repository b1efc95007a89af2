import csv
import io
import re
import tempfile
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.sheets.formulas import guarded, unguarded
from marketplace.core.sheets.reading import read
from marketplace.core.sheets.writing import LONGEST_CELL, write_csv, write_xlsx, write_xlsx_to

text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
cell = st.one_of(
    text,
    st.sampled_from(
        [
            "=1+1",
            "'=1+1",
            "''=1",
            "+5",
            "-5",
            "@a",
            "\uff1d1",
            "'",
            "'tis",
            "a\nb",
            "\n=1",
            "\t=1",
            '"',
            '";"',
            " x ",
            "1.234,56",
            "_x0041_",
            "sep=;",
            "Açaí",
            "",
            "007",
            "12e5",
            "TRUE",
        ]
    ),
)
HEADERS = ["código", "nome", "preço"]
tables = st.lists(st.tuples(cell, cell, cell).filter(lambda row: any(map(str.strip, row))))
many = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestWriteCsv:
    @many
    @given(tables)
    def test_is_read_back_unchanged(self, rows):
        sheet = read(write_csv(HEADERS, rows))

        assert (sheet.headers, [tuple(row) for row in sheet.rows]) == (HEADERS, rows)

    def test_quotes_every_cell_and_starts_none_as_a_formula(self):
        data = write_csv(["nome"], [["=1+1"], ["-5"], ["@x"], ["\tx"], ["\uff1d1"]])

        lines = data.decode("utf-8-sig").split("\r\n")
        assert lines == ['"nome"', '"\'=1+1"', '"\'-5"', '"\'@x"', '"\'\tx"', '"\'\uff1d1"', ""]

    def test_opens_in_excel_by_its_mark_and_semicolons(self):
        data = write_csv(["a", "b"], [["é", "2"]])

        assert data.startswith(b"\xef\xbb\xbf")
        assert [*csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")] == [
            ["a", "b"],
            ["é", "2"],
        ]


def page_of(workbook):
    """Return the XML of a workbook's first sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


class TestWriteXlsx:
    @many
    @given(tables)
    def test_is_read_back_unchanged(self, rows):
        sheet = read(write_xlsx(HEADERS, rows))

        assert (sheet.headers, [tuple(row) for row in sheet.rows]) == (HEADERS, rows)

    def test_writes_numbers_that_add_up_where_told(self):
        rows = [["Rede", "1234,50", "3"], ["Total", "-0,05", ""]]

        page = page_of(write_xlsx(["a", "b", "c"], rows, numbers={1, 2}))

        assert all(cell in page for cell in ("<v>1234.5</v>", "<v>-0.05</v>", "<v>3</v>"))

    def test_refuses_a_cell_that_would_be_left_out(self):
        with pytest.raises(ValueError, match="row 2"):
            write_xlsx(["a"], [["x" * (LONGEST_CELL + 1)]])

    def test_holds_no_moment_so_that_the_same_cells_are_the_same_bytes(self):
        with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], [["b"]]))) as book:
            moments = re.findall(
                r"\d{4}-\d\d-\d\dT[\d:]+Z", book.read("docProps/core.xml").decode()
            )
            packed = {entry.date_time[0] for entry in book.infolist()}

        assert set(moments) == {"2000-01-01T00:00:00Z"}
        assert packed == {1980}  # the first year that a packed file can tell


class TestGuarded:
    @many
    @given(cell)
    def test_is_undone_by_unguarded(self, text):
        assert unguarded(guarded(text)) == text


def test_what_is_half_written_lies_beside_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    file = tmp_path / "a.xlsx"
    write_xlsx_to(file, ["A"], [["1"]])

    assert list(tmp_path.iterdir()) == [file]
