"""What the catalogue enters below, and does on hearing others."""

from marketplace.catalogue.operations.lists import load_reference
from marketplace.core import reference


def connect() -> None:
    reference.loaders["catalogue"] = load_reference
