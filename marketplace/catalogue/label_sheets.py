"""Sheets of labels as they are sold, measured in millimetres, and plain paper to cut.

**Source:** sizes and counts as their maker prints them on the packs: Pimaco A4351 (65 of 38.1 by
21.2), A4356 (33 of 63.5 by 25.4), A4360 (21 of 63.5 by 38.1), 6180 (30 of 66.7 by 25.4 on Letter);
those on A4 are the international sizes (L7651, L7157, L7160). Rows touch and lie in the middle of
the sheet; columns are 2.54 apart, on Letter 3.1.
"""

from typing import NamedTuple

A4, LETTER = (210.0, 297.0), (215.9, 279.4)


class LabelSheet(NamedTuple):
    """A sheet and where its labels lie; they are counted from left to right, then down."""

    code: str  # as the pack calls it
    paper: tuple[float, float]  # width and height
    columns: int
    rows: int
    width: float  # of a label
    height: float
    gap: float = 2.54  # between columns
    cut: bool = False  # plain paper: lines show where to cut

    @property
    def places(self) -> int:
        """How many labels it has."""
        return self.columns * self.rows

    @property
    def left(self) -> float:
        """How far the first column is from the edge."""
        taken = self.columns * self.width + (self.columns - 1) * self.gap
        return round((self.paper[0] - taken) / 2, 2)

    @property
    def top(self) -> float:
        return round((self.paper[1] - self.rows * self.height) / 2, 2)


SHEETS = {
    sheet.code: sheet
    for sheet in (
        LabelSheet("A4360", A4, 3, 7, 63.5, 38.1),
        LabelSheet("A4356", A4, 3, 11, 63.5, 25.4),
        LabelSheet("A4351", A4, 5, 13, 38.1, 21.2),
        LabelSheet("6180", LETTER, 3, 10, 66.7, 25.4, gap=3.1),
        LabelSheet("A4", A4, 3, 8, 63.0, 34.0, gap=0.0, cut=True),
    )
}
