import pytest

from marketplace.core import invariants


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    """After each test of the rules, every invariant holds."""
    yield
    assert invariants.broken() == {}
