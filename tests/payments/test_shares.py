"""Who bears how much of a fee."""

import pytest

from marketplace.payments.shares import fee_of_refund, fee_parts


class TestFeeParts:
    @pytest.mark.scenario(39)
    def test_of_a_hundred_reais_add_up_to_the_centavo(self):
        assert fee_parts(439, [3_333, 3_333, 3_334]) == [146, 146, 147]

    def test_of_equal_amounts_give_what_is_left_over_to_the_earlier(self):
        assert fee_parts(5, [100, 100, 100]) == [2, 2, 1]


class TestFeeOfRefund:
    @pytest.mark.scenario(41)
    def test_never_asks_a_centavo_back_and_ends_even(self):
        left, fee_left, fees = 700, 300, []
        for amount in (3, 4, 693):
            fees.append(fee_of_refund(amount, left_cents=left, fee_left_cents=fee_left))
            left, fee_left = left - amount, fee_left - fees[-1]
        assert (fees, left, fee_left) == ([1, 2, 297], 0, 0)

    @pytest.mark.scenario(42)
    @pytest.mark.parametrize("amount", [0, -1, 701])
    def test_takes_something_and_no_more_than_is_left(self, amount):
        with pytest.raises(ValueError, match="no more than is left"):
            fee_of_refund(amount, left_cents=700, fee_left_cents=300)
