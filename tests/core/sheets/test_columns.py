import pytest

from marketplace.core.numbers import BadNumber
from marketplace.core.sheets.columns import Fault, decide_numbers, read_numbers
from marketplace.core.sheets.grid import Sheet


class TestDecideNumbers:
    @pytest.mark.parametrize(
        ("values", "sample", "ambiguous"),
        [
            (["1.234,56", "12", ""], "1.234,56", False),
            (["12,5", "1.234"], "1.234,56", False),
            (["R$ 12,50", "R$\u00a09,00"], "1.234,56", False),
            (["1,234.56", "12"], "1,234.56", False),
            (["12.50", "1,234"], "1,234.56", False),
            (["0.375", "1.200"], "1,234.56", False),
            (["1.234", "12"], "1.234,56", True),
            (["1,234"], "1.234,56", True),
            (["12", "abc", ""], "1234", False),
            ([], "1234", False),
            (["12,50", "12.50"], "1.234,56", False),
            (["12,50", "12.50", "13.50"], "1,234.56", False),
        ],
    )
    def test_is_the_form_that_most_can_only_have(self, values, sample, ambiguous):
        form = decide_numbers(values)

        assert (form.sample, form.ambiguous) == (sample, ambiguous)


class TestFormat:
    @pytest.mark.parametrize(
        ("column", "text", "places", "number"),
        [
            (["1.234,56"], "R$ 1.234,56", 2, 123456),
            (["1,234.56"], "1,234.5", 2, 123450),
            (["1.234"], "1.234", 0, 1234),
            (["9,00"], "420,000", 0, 420),
        ],
    )
    def test_reads_in_the_form_of_the_column(self, column, text, places, number):
        assert decide_numbers(column).read(text, places=places) == number

    @pytest.mark.parametrize("text", ["12.50", "-1", "=1+1", "dez", "1,234.56"])
    def test_refuses_another_form(self, text):
        with pytest.raises(BadNumber):
            decide_numbers(["9,00"]).read(text, places=2)


class TestReadNumbers:
    def test_names_each_bad_cell_by_column_and_row(self):
        rows = [["Cesto", "12,50"], ["Rede", "=A1"], ["Bolsa", " "], ["Colar", "9.00"]]
        prices = read_numbers(Sheet(["nome", "preço"], rows, "csv"), 1, places=2)

        assert prices.values == [1250, None, None, None]
        assert prices.faults == [
            Fault("B3", "preço", "=A1", "Write the number like 1.234,56."),
            Fault("B5", "preço", "9.00", "Write the number like 1.234,56."),
        ]
