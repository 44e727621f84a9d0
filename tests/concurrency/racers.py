"""Threads with connections of their own that start together."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection

PATIENCE = 30  # seconds after which a race that hangs is given up


def race(*racers: Callable[[], Any]) -> list[Any]:
    """Run all at once; what each returned, or the exception that it raised."""
    results: list[Any] = [None] * len(racers)
    start = Barrier(len(racers))

    def run(place: int, racer: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            results[place] = racer()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a racer hangs"
    return results
