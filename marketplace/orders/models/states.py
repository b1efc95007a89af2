"""The lawful moves of an order: one table; nothing moves otherwise."""

from marketplace.orders.models.orders import State

MOVES: dict[State, frozenset[State]] = {
    State.AWAITING: frozenset({State.PLACED, State.NOT_PAID, State.CANCELLED}),
    State.PLACED: frozenset({State.ACCEPTED, State.REFUSED, State.LAPSED, State.CANCELLED}),
    State.ACCEPTED: frozenset(
        {
            *(State.READY, State.DISPATCHED, State.HANDED_OVER),
            *(State.REFUSED, State.CANCELLED, State.NO_SHOW),
        }
    ),
    State.READY: frozenset({State.DISPATCHED, State.HANDED_OVER, State.CANCELLED, State.NO_SHOW}),
    State.DISPATCHED: frozenset({State.HANDED_OVER, State.CANCELLED}),
    State.HANDED_OVER: frozenset({State.WITHDRAWN, State.VOIDED}),
    State.NOT_PAID: frozenset({State.AWAITING}),  # its money came late, and all is there
    State.REFUSED: frozenset(),
    State.LAPSED: frozenset(),
    State.CANCELLED: frozenset(),
    State.NO_SHOW: frozenset({State.ACCEPTED}),  # its buyer came late, and all is there
    State.WITHDRAWN: frozenset(),
    State.VOIDED: frozenset(),
}
PROMISED = frozenset({State.ACCEPTED, State.READY, State.DISPATCHED})
SEEN = PROMISED | {State.PLACED}  # open, and the enterprise works on it
OPEN = SEEN | {State.AWAITING}
FAILED = frozenset(  # their window place is free
    {State.NOT_PAID, State.REFUSED, State.LAPSED, State.CANCELLED}
)
STOCK_HELD = OPEN
