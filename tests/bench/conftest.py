"""A bench silences the lines of its requests; the tests after it must hear theirs."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def heard_again() -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)
