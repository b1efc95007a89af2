"""A Pix key of an enterprise, as a value."""

from typing import NamedTuple


class Pix(NamedTuple):
    """The key to which an enterprise's buyers pay, empty where they pay in another way."""

    key: str = ""
    kind: str = ""
    holder: str = ""
