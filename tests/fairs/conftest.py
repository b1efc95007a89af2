import pytest

from tests import books

OURS = ("fairs.", "orders.", "payments.", "catalogue.")


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    """After each test, every invariant of fairs and of what their tills move holds."""
    yield
    assert books.faults(*OURS) == {}
