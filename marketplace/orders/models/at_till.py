"""What became of a reservation that a till told to have handed over."""

import enum


class Came(enum.StrEnum):
    GIVEN = "given"  # it was open: this was its hand-over
    AGAIN = "again"  # it had been handed over before
    OVER = "over"  # it had ended, or waited for its payment
    UNPAID = "unpaid"  # it was to be paid, and nothing was: left as it is
