"""Cells and tables of the Division's sheets, as they are shown and as they are written."""

from typing import NamedTuple

from marketplace.core.formats import number
from marketplace.core.money import format_cents
from marketplace.core.sheets.writing import reais


class Cell(NamedTuple):
    """A figure: centavos, or a number of things; none where there is nothing to compare.

    ``says`` is how it is shown where it is neither: hundredths of a per cent, written as amounts.
    """

    value: int | None
    is_amount: bool = True
    says: str = ""

    @property
    def shown(self) -> str:
        if self.value is None:
            return "-"
        if self.says:
            return self.says
        return format_cents(self.value) if self.is_amount else number(self.value)

    @property
    def written(self) -> str:
        """Return it as spreadsheets add it up."""
        if self.value is None:
            return ""
        return reais(self.value) if self.is_amount else str(self.value)


class Table(NamedTuple):
    """Rows of figures; ``columns`` are their headings, without the one of the names."""

    key: str
    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
