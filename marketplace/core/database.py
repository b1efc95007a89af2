"""The session, the base model and the one way to write."""

import random
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar, overload

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import DBAPIError

from marketplace.core.errors import Busy
from marketplace.core.transactions import Isolation, is_contention, savepoint, writing
from marketplace.core.types import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Verb = TypeVar("Verb", bound=Callable[..., Any])
RERUNS, PAUSE_SECONDS = 3, (0.02, 0.2)


@overload
def operation(function: Verb, /) -> Verb: ...
@overload
def operation(*, isolation: Isolation) -> Callable[[Verb], Verb]: ...
def operation(function: Any = None, /, *, isolation: Isolation = None) -> Any:
    """Make a function one write transaction, run again when others were in the way.

    Its arguments are ids and plain values, so a second run reads all it decides on afresh. Called
    inside another operation it is a savepoint: a refusal undoes only itself and nothing reruns.

    :raises Busy: if the first run and three more met contention.
    """
    if function is None:
        return partial(operation, isolation=isolation)

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(value, Model) for value in (*args, *kwargs.values())):
            raise TypeError(f"{function.__name__} takes ids, not rows read before it began")
        if "operation" not in db.session().info:
            return _run_outermost(partial(function, *args, **kwargs), isolation)
        with savepoint(db.session(), isolation):
            return function(*args, **kwargs)

    return run


def _run_outermost(call: partial[Any], isolation: Isolation) -> Any:
    for rerun in range(RERUNS + 1):
        if rerun:
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - jitter, not a secret
        try:
            with writing(db.session(), call.func.__name__, isolation):
                return call()
        except DBAPIError as error:
            if not is_contention(error):
                raise
    raise Busy
