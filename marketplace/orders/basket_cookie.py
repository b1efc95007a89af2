"""The cookie that holds a visitor's basket: a random token, nothing else."""

from flask import Response, current_app, g, request

from marketplace.core import csrf
from marketplace.orders.queries.baskets import KEPT

csrf.origin_only("baskets.create_item")  # product pages are the same for every visitor


def token() -> str | None:
    return request.cookies.get(_name()) or None


def note_pieces(pieces: int) -> None:
    """Let the header of this page have the number that was read for its middle."""
    g.basket_pieces = pieces


def noted_pieces() -> int | None:
    found: int | None = g.get("basket_pieces")
    return found


def keep(answer: Response, kept: str) -> Response:
    """Let the visitor carry this basket for another 30 days."""
    secure = request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        _name(),
        kept,
        max_age=int(KEPT.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _name() -> str:
    return str(current_app.config["BASKET_COOKIE_NAME"])
