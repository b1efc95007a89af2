"""The lawful moves of an order: one table; nothing moves otherwise."""

from marketplace.orders.models.orders import State

MOVES: dict[State, frozenset[State]] = {
    State.PLACED: frozenset({State.ACCEPTED, State.REFUSED, State.LAPSED, State.CANCELLED}),
    State.ACCEPTED: frozenset(
        {
            *(State.READY, State.DISPATCHED, State.HANDED_OVER),
            *(State.REFUSED, State.CANCELLED, State.NO_SHOW),
        }
    ),
    State.READY: frozenset({State.DISPATCHED, State.HANDED_OVER, State.CANCELLED, State.NO_SHOW}),
    State.DISPATCHED: frozenset({State.HANDED_OVER, State.CANCELLED}),
    State.HANDED_OVER: frozenset({State.WITHDRAWN}),
    State.REFUSED: frozenset(),
    State.LAPSED: frozenset(),
    State.CANCELLED: frozenset(),
    State.NO_SHOW: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset({State.PLACED, State.ACCEPTED, State.READY, State.DISPATCHED})
FAILED = frozenset({State.REFUSED, State.LAPSED, State.CANCELLED})  # their window place is free
STOCK_HELD = OPEN
