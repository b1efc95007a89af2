"""The draw by itself: its order, its quotas, its line of those who wait."""

import csv
import random
from collections import Counter

import pytest

from marketplace.fairs.draw import Applicant, Outcome, draw, next_of, seat
from tests.fairs.repeat_draw import repeat

QUOTAS = {
    "artesanato": 6,
    "extrativismo": 3,
    "reciclagem": 2,
    "mandioca": 2,
    "agricultura_familiar": 4,
}
SEED = 20_261_127


def crafts(*waited):
    return [Applicant(number, "artesanato", credit) for number, credit in enumerate(waited, 1)]


def numbers(lots, *outcomes):
    return [lot.applicant.number for lot in lots if lot.outcome in outcomes]


class TestDraw:
    def test_gives_places_by_the_lot_where_all_waited_as_long(self):
        """The lots are those that `printf feira-3 | sha256sum` tells."""
        lots = draw(crafts(0, 0, 0), 2, {}, "feira")

        assert [lot.digest[:8] for lot in lots] == ["22a3ed57", "85c6cb22", "e4c43ca9"]
        assert numbers(lots, Outcome.OPEN) == [3, 1]
        assert numbers(lots, Outcome.WAITING) == [2]

    def test_puts_who_was_left_out_more_often_first(self):
        lots = draw(crafts(0, 2, 1), 1, {}, "feira")

        assert [lot.applicant.number for lot in lots] == [2, 3, 1]
        assert [lot.position for lot in lots] == [1, 2, 3]

    def test_keeps_the_places_of_a_quota_for_its_segment(self):
        recycling = Applicant(9, "reciclagem", 0)
        lots = draw([*crafts(3, 3, 3), recycling], 2, {"reciclagem": 1}, "feira")

        assert numbers(lots, Outcome.QUOTA) == [9]
        assert len(numbers(lots, Outcome.OPEN)) == 1

    def test_gives_what_a_quota_does_not_need_to_the_others(self):
        lots = draw(crafts(0, 0), 2, {"reciclagem": 2}, "feira")

        assert sorted(numbers(lots, Outcome.OPEN)) == [1, 2]

    def test_lets_who_missed_its_quota_take_a_place_left_over(self):
        lots = draw(crafts(0, 0, 0), 3, {"artesanato": 1}, "feira")

        assert Counter(lot.outcome for lot in lots) == {Outcome.QUOTA: 1, Outcome.OPEN: 2}

    @pytest.mark.parametrize(
        ("applicants", "quotas"), [(crafts(0), {"mandioca": 3}), (crafts(0) * 2, {})]
    )
    def test_refuses_what_cannot_be_drawn(self, applicants, quotas):
        with pytest.raises(ValueError, match="quotas"):
            draw(applicants, 2, quotas, "feira")

    def test_hangs_on_nothing_but_list_and_seed(self):
        line = [Applicant(n, "mandioca", n % 3) for n in range(1, 30)]

        assert draw(line, 7, {}, "a") == draw(line[::-1], 7, {}, "a")
        assert draw(line, 7, {}, "a") != draw(line, 7, {}, "b")

    @pytest.mark.parametrize("number", range(20))
    def test_is_repeated_from_its_sheet_by_a_script_of_its_own(self, tmp_path, number):
        chance = random.Random(SEED + number)  # noqa: S311 - a list to try
        kinds = list(QUOTAS)
        line = [
            Applicant(n, chance.choice(kinds), chance.randrange(4))
            for n in range(1, chance.randrange(5, 90))
        ]
        places = chance.randrange(sum(QUOTAS.values()), 40)
        lots = draw(line, places, QUOTAS, f"seed {number}")
        head = ["seed", "places", "number", "segment", "segment_quota", "credit"]
        sheet = tmp_path / "draw.csv"
        with sheet.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, head, delimiter=";")
            writer.writeheader()
            for each in line:
                facts = {"number": each.number, "segment": each.segment, "credit": each.credit}
                told = {"seed": f"seed {number}", "places": places}
                writer.writerow(told | facts | {"segment_quota": QUOTAS[each.segment]})

        mine = [(str(lot.applicant.number), lot.outcome.value) for lot in lots]
        assert repeat(sheet) == mine


class TestNextOf:
    def test_calls_the_first_in_line(self):
        assert next_of(crafts(0, 0), ["mandioca"], {}).number == 1

    def test_calls_the_first_of_a_segment_whose_quota_is_short(self):
        waiting = [*crafts(0, 0), Applicant(7, "mandioca"), Applicant(8, "mandioca")]

        assert next_of(waiting, ["mandioca"], {"mandioca": 2}).number == 7
        assert next_of(waiting, ["mandioca"], {"mandioca": 1}).number == 1

    def test_calls_the_first_where_nobody_of_that_segment_waits(self):
        assert next_of(crafts(0), [], {"mandioca": 2}).number == 1

    def test_calls_nobody_where_nobody_waits(self):
        assert next_of([], [], {"mandioca": 2}) is None


class TestSeat:
    def test_fills_the_emptiest_stall_first(self):
        assert seat([(1, True), (3, True)], shares=True, stalls=3, most=3) == 2

    def test_leaves_who_does_not_share_alone_while_it_can(self):
        assert seat([(1, False), (2, True)], shares=True, stalls=2, most=3) == 2
        assert seat([(1, False), (2, True), (2, True)], shares=True, stalls=2, most=2) == 1

    def test_gives_an_empty_stall_to_who_does_not_share(self):
        assert seat([(1, True), (2, True)], shares=False, stalls=3, most=2) == 3

    def test_never_puts_more_at_a_stall_than_it_holds(self):
        taken = []
        for number in range(12):
            shares = number % 3 > 0
            taken.append((seat(taken, shares=shares, stalls=4, most=3), shares))

        assert set(Counter(stall for stall, _ in taken).values()) == {3}
