import pytest

from tests import books
from tests.payments.conftest import bank, pix_here, stripe_here

__all__ = ["bank", "pix_here", "stripe_here"]
OURS = ("orders.", "payments.", "catalogue.")


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    """After each test of the rules, every invariant of orders and what they move holds."""
    yield
    assert books.faults(*OURS) == {}


@pytest.fixture
def letters(app, tmp_path, monkeypatch):
    """Keep the letters of this test in a folder of its own."""
    monkeypatch.setitem(app.config, "SMTP_URL", f"file://{tmp_path}/letters")
