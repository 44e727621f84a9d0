"""The next is made ready while the last is being dealt with."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

AT_ONCE = 50  # handed over together: a queue costs more than what is in it
HANDS = 10  # that may wait


def ahead(items: Iterable[T], *, weigh: Callable[[T], int], heaviest: int) -> Iterator[T]:
    """The items, made in a thread of their own, by a few hundred in advance or what weighs about `heaviest` together.

    While the one thread waits for the database the other reads on. For makers that are pure: they must not touch the
    database, whose connections belong to threads. What they raise is raised here, in its place; when the taker
    stops early, the maker is stopped too.
    """
    hands: _Hands[T] = _Hands()
    maker = threading.Thread(target=_make, args=(items, hands, weigh, heaviest / HANDS), daemon=True)
    maker.start()
    try:
        yield from hands.taken()
    finally:
        hands.stopped.set()
        maker.join()


def _make(items: Iterable[T], hands: "_Hands[T]", weigh: Callable[[T], int], heaviest: float) -> None:
    made: list[T] = []
    weight = 0
    error: BaseException | None = None
    try:
        for item in items:
            made.append(item)
            weight += weigh(item)
            if len(made) == AT_ONCE or weight > heaviest:
                hands.over(made)
                made, weight = [], 0
            if hands.stopped.is_set():
                return
    except BaseException as raised:  # for the other thread to deal with
        error = raised
    hands.over(made)
    hands.over(error)


class _Hands(Generic[T]):
    """What is handed over from thread to thread: lists of items, and at last None or what was raised."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._waiting: queue.Queue[list[T] | BaseException | None] = queue.Queue(HANDS)

    def over(self, what: list[T] | BaseException | None) -> None:
        while not self.stopped.is_set():
            try:
                return self._waiting.put(what, timeout=0.1)
            except queue.Full:
                continue

    def taken(self) -> Iterator[T]:
        while (what := self._waiting.get()) is not None:
            if isinstance(what, BaseException):
                raise what
            yield from what
