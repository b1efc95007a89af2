"""What the assessments enter below."""

from marketplace.assessments.operations import criteria
from marketplace.core import reference


def connect() -> None:
    reference.loaders["criteria"] = criteria.load_reference
