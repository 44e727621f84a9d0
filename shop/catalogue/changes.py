"""Tells every host's search index what to read again."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from shop import rows

from .models import BookChange

MOST_NOTED = 20_000  # changes at a time that are noted book by book; with more, every book is read again
MOST_READ = 10_000  # changes that are read at a time
KEPT = timedelta(days=7)
FAR = 1000  # keys between two gaps that are not worth reading along
# A transaction that began before another can be committed after it: so long its changes are looked for.
LATEST = timedelta(minutes=15)

Gap = tuple[int, int, float]  # keys from, to (both included), and when they were missed


def note_changes(book_ids: Iterable[int] | None) -> None:
    """Note, inside the caller's transaction, that these books have changed; with None, that any may have."""
    ids: Sequence[int | None] = [None] if book_ids is None else list(islice(book_ids, MOST_NOTED + 1))
    if len(ids) > MOST_NOTED:
        ids = [None]
    rows.insert(BookChange, ("book_id",), ((book_id,) for book_id in ids))


def forget_changes() -> int:
    """Delete the changes that no index is to read any more, but the last; how many those were.

    An index that has not followed for so long is built anew (see search/following.py).
    """
    last = BookChange.objects.aggregate(last=Max("pk"))["last"]
    old = BookChange.objects.filter(at__lt=timezone.now() - KEPT).exclude(pk=last)
    return old.delete()[0]


def database_identity() -> str:
    """Tells this database from any other, also from one made anew in the same place: when it was set up."""
    first = MigrationRecorder.Migration.objects.filter(app="shop", name="0001_initial")
    return "".join(applied.isoformat() for applied in first.values_list("applied", flat=True))


class Position(NamedTuple):
    """How far somebody has read: up to a key, but for those below it that were not there."""

    last: int
    gaps: list[Gap]


def position_now() -> Position:
    """After all that has happened; what may yet be committed of what has begun is among the gaps."""
    last = BookChange.objects.aggregate(last=Max("pk"))["last"] or 0
    older = BookChange.objects.filter(at__lt=timezone.now() - LATEST).order_by("-at", "-pk").first()
    base = older.pk if older else 0
    recent = BookChange.objects.filter(pk__gt=base, pk__lte=last).order_by("pk").values_list("pk", flat=True)
    return Position(last, list(_missing(base, recent.iterator(chunk_size=MOST_READ))))


def read_changes(position: Position) -> tuple[set[int], bool, Position]:
    """Which books have changed since, whether any may have, and the position after that.

    Keys are given out before a transaction is committed, so that a lower one can turn up after a higher one:
    keys that were missed are looked for again until no transaction can be so old.
    """
    changes = BookChange.objects.order_by("pk")
    new = list(changes.filter(pk__gt=position.last).values_list("pk", "book_id")[:MOST_READ])
    late = _turned_up(position.gaps)
    gaps = [gap for gap in position.gaps if gap[2] > time.time() - LATEST.total_seconds()]
    keys = sorted(key for key, _book in late)
    gaps = [part for gap in gaps for part in _without(gap, keys)]
    gaps += _missing(position.last, (key for key, _book in new))
    books = {book for _key, book in (*late, *new)}
    last = new[-1][0] if new else position.last
    return {book for book in books if book is not None}, None in books, Position(last, gaps)


def is_behind(position: Position, followed_at: str) -> bool:
    """Whether changes may have been forgotten, or never been, that this position has not seen or has seen."""
    last = BookChange.objects.aggregate(last=Max("pk"))["last"] or 0
    if position.last > last:
        return True  # the database was put back to an earlier day
    return not followed_at or datetime.fromisoformat(followed_at) < timezone.now() - KEPT + LATEST


def _turned_up(gaps: Sequence[Gap]) -> list[tuple[int, int | None]]:
    """What is there by now of what was missed: a query for gaps that lie near each other, not for each."""
    found: list[tuple[int, int | None]] = []
    for near in _near(gaps):
        lows = [low for low, _high, _since in near]
        there = BookChange.objects.filter(pk__range=(lows[0], near[-1][1])).values_list("pk", "book_id")
        found += [row for row in there if row[0] <= near[bisect_right(lows, row[0]) - 1][1]]
    return found


def _near(gaps: Sequence[Gap]) -> Iterator[list[Gap]]:
    """Gaps, which come in the order of their keys, with those that lie near each other together."""
    near: list[Gap] = []
    for gap in gaps:
        if near and gap[0] - near[-1][1] > FAR:
            yield near
            near = []
        near.append(gap)
    if near:
        yield near


def _missing(after: int, keys: Iterable[int]) -> Iterator[Gap]:
    now = time.time()
    for key in keys:
        if key > after + 1:
            yield after + 1, key - 1, now
        after = key


def _without(gap: Gap, keys: Sequence[int]) -> Iterator[Gap]:
    """What is left of a gap when these, in their order, have turned up."""
    low, high, since = gap
    for key in keys[bisect_left(keys, low) : bisect_right(keys, high)]:
        if key > low:
            yield low, key - 1, since
        low = key + 1
    if low <= high:
        yield low, high, since
