"""Refusals in the provider's shape.

**Source:** https://docs.stripe.com/api/errors (type, code, param, message, status).
"""

from typing import Any

INVALID, CARD = "invalid_request_error", "card_error"


class Refused(Exception):
    """What a request gets instead of what it asked for."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        param: str = "",
        kind: str = INVALID,
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.param = message, code, param
        self.kind, self.status = kind, status

    def body(self) -> dict[str, Any]:
        told = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in told.items() if value}}


def missing(kind: str, object_id: str, *, param: str = "id") -> Refused:
    """Return the refusal of an id that names nothing of this account."""
    said = f"No such {kind}: '{object_id}'"
    return Refused(said, code="resource_missing", param=param, status=404)


def unexpected_state(kind: str, state: str, act: str) -> Refused:
    """Return the refusal of a move that a state does not allow."""
    said = f"This {kind}'s status is {state}: you cannot {act} it now."
    return Refused(said, code=f"{kind.lower()}_unexpected_state")
