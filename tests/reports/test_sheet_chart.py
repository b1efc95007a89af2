"""The printed chart: an axis of whole reais, however little or much was sold."""

import re

import pytest

from marketplace.reports.sheet_chart import drawn


def axis(*months):
    return re.findall(r'text-anchor="end"[^>]*>([^<]*)<', drawn(months)["svg"])


@pytest.mark.parametrize(
    ("sales", "orders", "names"),
    [
        (0, 0, ["0", "1"]),
        (1, 0, ["0", "1"]),  # a centavo has no line of its own
        (3_00, 1_50, ["0", "1", "2", "3", "4", "5"]),
        (10_00, 0, ["0", "2", "4", "6", "8", "10"]),
        (10_00, 1, ["0", "5", "10", "15"]),
        (1_234_567_89, 0, ["0", "500,000", "1,000,000", "1,500,000"]),
    ],
)
def test_names_whole_reais(app, sales, orders, names):
    with app.test_request_context("/en/"):
        assert axis(("March", sales, orders)) == names


def test_draws_no_column_below_the_ground(app):
    with app.test_request_context("/en/"):
        assert 'height="0.0"' in drawn([("March", -5_00, 0)])["svg"]
