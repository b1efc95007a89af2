import pytest

from marketplace.core import invariants

OURS = ("orders.", "payments.", "catalogue.")


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    """After each test of the rules, every invariant of orders and what they move holds."""
    yield
    assert {rule: ids for rule, ids in invariants.broken().items() if rule.startswith(OURS)} == {}
