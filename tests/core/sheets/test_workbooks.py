import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from marketplace.core.sheets.errors import (
    BadSheet,
    OldOrLocked,
    SheetTooLarge,
    TooManyColumns,
    TooManyRows,
)
from marketplace.core.sheets.reading import read
from marketplace.core.sheets.workbooks import MAX_MEMBERS, MAX_UNPACKED

pytestmark = pytest.mark.only("sqlite")  # files alone: no database reads them

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{TYPES}/relationships"><Relationship Id="a" '
    f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
    '<sheet name="Produtos" sheetId="1" r:id="b"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{TYPES}/relationships"><Relationship '
    f'Id="b" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="c" '
    f'Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>',
}
HEADER = '<row r="1"><c r="A1" t="str"><v>nome</v></c><c r="B1" t="str"><v>valor</v></c></row>'


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def page(cells, before=""):
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def workbook(cells, **more):
    return packed(PARTS | {"xl/worksheets/sheet1.xml": page(cells)} | more)


def value(cell, kind=""):
    return read(workbook(HEADER + f'<row r="2"><c r="B2" {kind}>{cell}</c></row>')).rows[0][1]


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "kind", "text"),
        [
            ("<v>12</v>", "", "12"),
            ("<v>12.5</v>", "", "12,5"),
            ("<v>0.30000000000000004</v>", "", "0,3"),
            ("<v>7891234567895</v>", "", "7891234567895"),
            ("<v>1</v>", 't="b"', "1"),
            ("<v>46348</v>", 's="1"', "2026-11-22"),
            ("<v>46348.5</v>", 's="2"', "2026-11-22 12:00"),
            ("<f>B3*2</f><v>25</v>", "", "25"),
            ("<f>A1</f><v>nome</v>", 't="str"', "nome"),
            ("<is><t>=1+1</t></is>", 't="inlineStr"', "=1+1"),
            ("<is><t>'=1+1</t></is>", 't="inlineStr"', "=1+1"),
            ("<is><t xml:space='preserve'> é </t></is>", 't="inlineStr"', " é "),
        ],
    )
    def test_are_read_as_people_here_would_type_them(self, cell, kind, text):
        assert value(cell, kind) == text

    def test_keep_their_place(self):
        sheet = read(workbook(HEADER.replace("1", "3") + '<row r="6"><c r="B6"><v>5</v></c></row>'))

        assert (sheet.headers, sheet.rows) == (["nome", "valor"], [["", ""], ["", ""], ["", "5"]])
        assert sheet.place(2, 1) == "B6"

    def test_without_value_may_be_anywhere(self):
        assert read(workbook(HEADER + '<row r="99999"><c r="XFD99999" s="1"/></row>')).rows == []


class TestLimits:
    @pytest.mark.parametrize(
        ("place", "error"),
        [
            ("A5002", TooManyRows),
            ("A1048576", TooManyRows),
            ("AY2", TooManyColumns),
            ("XFD2", TooManyColumns),
            ("XFD1048576", TooManyRows),
            ("A999999999", TooManyRows),
            ("A9999999999", BadSheet),
            ("é", BadSheet),
        ],
    )
    def test_refuse_a_cell_far_out_before_it_is_laid_out(self, place, error):
        with pytest.raises(error):
            read(workbook(HEADER + f'<row r="2"><c r="{place}"><v>1</v></c></row>'))

    def test_count_cells_that_say_no_place(self):
        rows = "<row><c><v>1</v></c></row>" * 5001
        assert len(read(workbook(rows)).rows) == 5000
        with pytest.raises(TooManyRows):
            read(workbook(rows + "<row><c><v>1</v></c></row>"))
        with pytest.raises(TooManyColumns):
            read(workbook("<row>" + "<c><v>1</v></c>" * 51 + "</row>"))

    @pytest.mark.parametrize("name", ["xl/media/image1.png", "xl/worksheets/sheet2.xml"])
    def test_count_what_is_unpacked(self, name):
        bomb = workbook(HEADER, **{name: b" " * (MAX_UNPACKED + 1)})

        assert len(bomb) < 100_000
        with pytest.raises(SheetTooLarge):
            read(bomb)

    def test_believe_no_size_that_the_archive_states(self):
        bomb = bytearray(workbook(HEADER, **{"x.png": b" " * (MAX_UNPACKED + 1)}))
        stated = struct.pack("<L", MAX_UNPACKED + 1)
        assert bomb.count(stated) == 2

        with pytest.raises(BadSheet):
            read(bytes(bomb.replace(stated, struct.pack("<L", 9))))

    def test_count_the_members(self):
        fillers = {f"x{i}": b"" for i in range(MAX_MEMBERS - len(PARTS) - 1)}
        assert read(workbook(HEADER, **fillers)).rows == []
        with pytest.raises(BadSheet):
            read(workbook(HEADER, **fillers, y=b""))

    def test_hold_time_and_memory_of_the_worst_that_is_let_through(self):
        crowd = workbook(HEADER + "<row>" + "<c/>" * 11_000_000 + "</row>")
        tracemalloc.start()
        began = time.perf_counter()
        with pytest.raises(SheetTooLarge):
            read(crowd)
        spent, (_now, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 150 * 2**20
        assert spent < 60  # traced, on a busy machine; 2 s untraced


class TestRefusals:
    @pytest.mark.parametrize(
        "before",
        [
            '<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
            '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">',
            "<?see other?>",
            "<!-- > -->",
        ],
    )
    def test_of_what_two_parsers_may_see_differently(self, before):
        with pytest.raises(BadSheet):
            read(packed(PARTS | {"xl/worksheets/sheet1.xml": page(HEADER, before)}))

    def test_of_cells_hidden_in_another_encoding(self):
        hidden = page(HEADER).encode("utf-16")

        with pytest.raises(BadSheet):
            read(packed(PARTS | {"xl/worksheets/sheet1.xml": hidden}))

    def test_of_two_parts_with_one_name(self):
        file = io.BytesIO(workbook(HEADER))
        with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", PARTS["xl/workbook.xml"])

        with pytest.raises(BadSheet):
            read(file.getvalue())

    @pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_of_packings_that_spreadsheets_do_not_use(self, compression):
        with pytest.raises(BadSheet):
            read(packed(PARTS | {"xl/worksheets/sheet1.xml": page(HEADER)}, compression))

    @pytest.mark.parametrize(
        "data",
        [
            b"PK\x03\x04",
            packed({"content.xml": "<office/>"}),
            packed(PARTS),
            workbook(HEADER)[:-30],
            workbook("<row><c>"),
            workbook("<row r='x'/>"),
        ],
    )
    def test_of_what_is_no_workbook(self, data):
        with pytest.raises(BadSheet):
            read(data)

    def test_of_a_date_beyond_the_calendar_on_which_the_library_panics(self):
        with pytest.raises(BadSheet):
            value("<v>-5e300</v>", 's="1"')

    def test_of_old_and_locked_files_say_what_to_do(self):
        with pytest.raises(OldOrLocked, match="Save it as XLSX"):
            read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99)

    def test_of_large_files_come_first(self):
        with pytest.raises(SheetTooLarge, match="5 MB"):
            read(b"a;b\n" * 2_000_000)
