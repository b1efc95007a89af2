import pytest

from marketplace.core.sheets.errors import (
    BadSheet,
    BrokenCsv,
    CellWithoutColumn,
    ColumnTwice,
    NoHeader,
    TooManyColumns,
    TooManyRows,
)
from marketplace.core.sheets.reading import read

TABLE = "nome;preço;descrição\r\nCesto de arumã;1.234,56;Médio, com tampa\r\nAçaí;12,5;é “bom”\r\n"
READ = [["Cesto de arumã", "1.234,56", "Médio, com tampa"], ["Açaí", "12,5", "é “bom”"]]


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "known_as"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("utf-16", "utf-16-le"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
            ("cp1252", "cp1252"),
            ("mac_roman", "mac_roman"),
        ],
    )
    def test_are_told_by_the_bytes(self, encoding, known_as):
        sheet = read(TABLE.encode(encoding))

        assert (sheet.encoding, sheet.separator, sheet.rows) == (known_as, ";", READ)

    @pytest.mark.parametrize("encoding", ["latin-1", "cp850", "mac_roman"])
    def test_of_other_machines_keep_every_accent(self, encoding):
        table = TABLE.replace("“", "'").replace("”", "'")

        assert read(table.encode(encoding)).rows[0] == READ[0]

    @pytest.mark.parametrize(
        "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"a\x00b", b"\xff\xfea"]
    )
    def test_of_what_is_no_text_are_not_guessed(self, data):
        with pytest.raises(BadSheet):
            read(data)


class TestSeparators:
    @pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
    def test_are_told_by_the_columns(self, separator):
        text = f"nome{separator}preço\nCesto{separator}12\n"

        sheet = read(text.encode())

        assert (sheet.separator, sheet.headers, sheet.rows) == (
            separator,
            ["nome", "preço"],
            [["Cesto", "12"]],
        )

    @pytest.mark.parametrize("line", ["sep=|", "SEP=|", '"sep=|"'])
    def test_may_be_announced_in_a_line_that_spreadsheets_do_not_count(self, line):
        sheet = read(f"{line}\r\na;b|c\r\n1;2|3\r\n".encode())

        assert (sheet.headers, sheet.rows, sheet.place(0, 1)) == (
            ["a;b", "c"],
            [["1;2", "3"]],
            "B2",
        )

    def test_are_not_the_commas_of_texts_and_prices(self):
        sheet = read(b"nome;preco (R$, com centavos)\ncesto, grande;12,50\nrede, azul;9,00\n")

        assert (sheet.separator, len(sheet.headers)) == (";", 2)

    def test_are_not_needed_by_one_column(self):
        assert read(b"nome\nCesto\n").rows == [["Cesto"]]


class TestRows:
    def test_may_have_line_breaks_in_quotation_marks(self):
        sheet = read(b'nome;texto\n"Cesto ""bom""";"um\ndois; tres"\n')

        assert sheet.rows == [['Cesto "bom"', "um\ndois; tres"]]

    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    def test_end_as_every_machine_ends_them(self, end):
        assert read(f"a;b{end}1;2{end}3;4".encode()).rows == [["1", "2"], ["3", "4"]]

    def test_are_as_wide_as_the_header(self):
        assert read(b"a;b;;\n1\n1;2;;\n").rows == [["1", ""], ["1", "2"]]

    def test_keep_their_number_when_some_are_blank(self):
        sheet = read(b"\n;\na;b\n1;2\n\n;;;\n3;4\n;\n\n")

        assert sheet.rows == [["1", "2"], ["", ""], ["", ""], ["3", "4"]]
        assert sheet.place(3, 1) == "B7"

    def test_take_the_apostrophe_off_a_formula(self):
        assert read(b"a;b\n'=1+1;'tis\n''=x;-5\n").rows == [["=1+1", "'tis"], ["'=x", "-5"]]

    def test_say_which_of_them_is_broken(self):
        with pytest.raises(BrokenCsv, match="Row 3 "):
            read(b'a;b\n1;2\n3;"4\n5;6\n')

    def test_say_which_cell_has_no_column(self):
        with pytest.raises(CellWithoutColumn, match="Cell C3 "):
            read(b"a;b\n1;2\n3;4;5\n")

    def test_are_at_most_five_thousand(self):
        assert len(read(b"a;b\n" + b"1;2\n" * 5000 + b";\n" * 9).rows) == 5000
        with pytest.raises(TooManyRows):
            read(b"a;b\n" + b"1;2\n" * 5001)
        with pytest.raises(TooManyRows):
            read(b"a;b\n" + b"\n" * 2_000_000 + b"1;2")

    def test_have_at_most_fifty_columns(self):
        assert len(read(";".join(f"c{i}" for i in range(50)).encode()).headers) == 50
        with pytest.raises(TooManyColumns):
            read(";".join(f"c{i}" for i in range(51)).encode())


class TestHeader:
    @pytest.mark.parametrize("data", [b"", b"\n\n", b";;;\n", b"\xef\xbb\xbf"])
    def test_must_be_there(self, data):
        with pytest.raises(NoHeader):
            read(data)

    def test_names_each_column_once(self):
        with pytest.raises(ColumnTwice, match="“nome”"):
            read(b"nome;preco; nome\n")
