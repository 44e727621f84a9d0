"""How a use case survives the conflicts that a busy database resolves by refusing somebody."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 5
# MySQL and MariaDB: lock wait timeout, deadlock, duplicate key, record changed since last read (clusters), and a row
# that was to be referred to is gone since
CONFLICTS = {1205, 1213, 1062, 1020, 1452}


class Conflict(OperationalError):
    """What a transaction was deciding about was changed by another one meanwhile: it is to be run again."""

    def __init__(self, message: str) -> None:
        super().__init__(1020, message)  # as a database says it itself, so that all who know that know this


def is_conflict(error: Exception) -> bool:
    """Whether the same work may well succeed when it is done again from the start."""
    code = error.args[0] if error.args else None
    if isinstance(code, int):
        return code in CONFLICTS
    return "UNIQUE constraint failed" in str(error) or "database is locked" in str(error)


def retry_on_conflict(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case again, five times at most, when it lost against another transaction.

    Goes outside the use case's `atomic`: only a whole transaction can be run again. A duplicate key
    counts as a conflict: whoever lost the race to create a row finds it on the second run.
    """

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return use_case(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if attempt == TRIES or not is_conflict(error):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    return run


@contextmanager
def unlogged_queries() -> Iterator[None]:
    """Have no query kept, which Django does with DEBUG on: a bulk load would take twice as long, and fill memory."""
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[assignment]
    try:
        yield
    finally:
        del connection.make_debug_cursor
