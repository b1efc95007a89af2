"""Who bears how much of a fee."""

import pytest

from marketplace.payments.shares import Amounts, fee_parts, fund_parts, of_refund


class TestFeeParts:
    @pytest.mark.scenario(39)
    def test_of_a_hundred_reais_add_up_to_the_centavo(self):
        assert fee_parts(439, [3_333, 3_333, 3_334]) == [146, 146, 147]

    def test_of_equal_amounts_give_what_is_left_over_to_the_earlier(self):
        assert fee_parts(5, [100, 100, 100]) == [2, 2, 1]


class TestFundParts:
    @pytest.mark.scenario(39)
    def test_add_up_to_what_the_fund_gets_of_all(self):
        assert fund_parts(100, [3_333, 3_333, 3_334], [0, 0, 0]) == [33, 33, 34]

    def test_leave_the_fee_of_a_small_share(self):
        assert fund_parts(10_000, [300, 300], [300, 1]) == [0, 299]


class TestOfRefund:
    @pytest.mark.scenario(41)
    def test_never_asks_a_centavo_back_and_ends_even(self):
        left, fee_left, fees = 700, 300, []
        for amount in (3, 4, 693):
            fees.append(of_refund(amount, Amounts(left, fee_left)).fee_cents)
            left, fee_left = left - amount, fee_left - fees[-1]
        assert (fees, left, fee_left) == ([1, 2, 297], 0, 0)

    @pytest.mark.scenario(40)
    def test_takes_fee_and_fund_along_in_their_shares(self):
        assert of_refund(500, Amounts(1_000, 12, 100)) == Amounts(500, 6, 50)
        assert of_refund(1_000, Amounts(1_000, 12, 100)) == Amounts(1_000, 12, 100)

    @pytest.mark.scenario(42)
    @pytest.mark.parametrize("amount", [0, -1, 701])
    def test_takes_something_and_no_more_than_is_left(self, amount):
        with pytest.raises(ValueError, match="no more than is left"):
            of_refund(amount, Amounts(700, 300))
