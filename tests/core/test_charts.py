import re

import pytest
from markupsafe import Markup

from marketplace.core import charts


def widths(drawn: Markup) -> list[float]:
    return [float(w) for w in re.findall(r'<rect[^>]* width="([\d.]+)"', drawn)]


class TestStrip:
    def test_is_split_in_proportion(self) -> None:
        drawn = charts.strip([5590, 1290, 860, 688, 172], colours=[2, 5, 3, 4, 6])
        assert widths(drawn) == [64.6, 14.6, 9.6, 7.6, 1.6]

    def test_leaves_out_parts_without_a_share(self) -> None:
        assert re.findall(r'class="f(\d)"', charts.strip([3, 0, 1], colours=[1, 2, 3])) == [
            "1",
            "3",
        ]

    def test_draws_nothing_of_nothing(self) -> None:
        assert widths(charts.strip([0, 0], colours=[1, 2])) == []

    def test_a_small_share_stays_visible(self) -> None:
        assert widths(charts.strip([9999, 1], colours=[1, 2]))[1] == 0.4


class TestStacked:
    def test_stacks_each_column_up_to_its_sum(self) -> None:
        drawn = charts.stacked(["a", "b"], [[1, 2], [3, 4]])
        tops = [float(y) for y in re.findall(r'<rect class="f2"[^>]* y="([\d.]+)"', drawn)]
        floor, high = 244, 232  # of 8, the top of the axis
        assert tops == pytest.approx([floor - high * 3 / 8, floor - high * 7 / 8])

    def test_writes_the_axis_in_the_unit(self) -> None:
        drawn = charts.stacked(["a"], [[41700_00]], unit=1000_00)
        assert ">50</text>" in drawn

    def test_stands_without_values(self) -> None:
        assert charts.stacked([], []).endswith("</svg>")
        assert widths(charts.stacked(["a"], [[0, 0]])) != []

    def test_escapes_its_labels(self) -> None:
        assert "&lt;b&gt;" in charts.stacked(["<b>"], [[1]])
        assert "&lt;b&gt;" in charts.bars(["<b>"], [1])


class TestBars:
    def test_shows_each_value_as_told(self) -> None:
        assert ">R$ 3<" in charts.bars(["a"], [3], show=lambda value: f"R$ {value:.0f}")

    def test_stands_without_values(self) -> None:
        assert charts.bars([], []).endswith("</svg>")
        assert widths(charts.bars(["a"], [0])) == [489.6]


class TestDonut:
    def test_goes_once_around(self) -> None:
        drawn = charts.donut([1, 1], colours=[1, 2])
        long = [float(d.split()[0]) for d in re.findall(r'stroke-dasharray="([^"]+)"', drawn)]
        around = float(re.findall(r'stroke-dasharray="\S+ ([\d.]+)"', drawn)[0])
        assert sum(long) == pytest.approx(around - 6, abs=0.2)


class TestNiceStep:
    @pytest.mark.parametrize(
        ("highest", "step"), [(0, 1), (7, 2), (41700, 10000), (50, 10), (0.9, 0.2), (1001, 500)]
    )
    def test_is_one_two_or_five(self, highest: float, step: float) -> None:
        assert charts.nice_step(highest) == pytest.approx(step)
