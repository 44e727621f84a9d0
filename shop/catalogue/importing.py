"""Books come in from a spreadsheet, in batches: each whole or not at all, and never twice."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from shop.spreadsheets import Row, read_rows
from shop.transactions import retry_on_conflict

from .adding import introduce
from .bookrows import COLUMNS, BookRow, Rejected, read_book, required_columns
from .models import Book, Contribution, Contributor, Publisher, Series
from .names import sort_name
from .text import series_position, sort_title

BATCH = 500  # rows: what an interrupted import may have to do again
Named = TypeVar("Named", Publisher, Series)

AT_ONCE = 100  # rows of one INSERT: far below MySQL's packet size even if all have long descriptions


@dataclass
class Tally:
    """What has become of the rows so far."""

    imported: int = 0
    known: int = 0
    rejected: Counter[str] = field(default_factory=Counter)  # by reason

    @property
    def rows(self) -> int:
        return self.imported + self.known + self.rejected.total()


def import_books(
    path: Path,
    *,
    price: Decimal | None,
    copies: int,
    on_rejected: Callable[[Row, Rejected], None],
    on_progress: Callable[[Tally], None],
) -> Tally:
    """Bring in the books of a CSV (or JSON lines) file; calls `on_progress` after each batch.

    `price` is for rows without one, `copies` is every new book's opening stock. A book that the shop has
    already stays as it is, whatever the row says: what staff have edited since is worth more. Raises
    UnreadableFile; the batches before it, or before any other interruption, stay, and the same file can be
    imported again.
    """
    tally = Tally()
    batch: list[BookRow] = []
    reason = _("Imported from %(file)s") % {"file": path.name[:150]}
    with closing(FirstLines()) as first_lines:
        for row in read_rows(path, columns=COLUMNS, required=required_columns(price)):
            try:
                if row.problem:
                    raise Rejected(row.problem)
                book = read_book(row.values, price=price)
                if earlier := first_lines.note(book.isbn, row.line):
                    raise Rejected(_("the ISBN of an earlier row"), _("line %d") % earlier)
                batch.append(book)
            except Rejected as rejected:
                tally.rejected[rejected.reason] += 1
                on_rejected(row, rejected)
            if len(batch) == BATCH:
                _import_batch(batch, tally, copies=copies, reason=reason)
                on_progress(tally)
                batch.clear()
        if batch:
            _import_batch(batch, tally, copies=copies, reason=reason)
    on_progress(tally)
    return tally


class FirstLines:
    """The line on which each ISBN of a file came first, kept on disk: files have any length, memory does not."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("")  # a temporary file of its own, whatever the shop's database is
        self._seen.execute("CREATE TABLE seen (isbn INTEGER PRIMARY KEY, line INTEGER)")

    def note(self, isbn: str, line: int) -> int | None:
        """The earlier line of this ISBN, or None: then this line is its first."""
        earlier = self._seen.execute("SELECT line FROM seen WHERE isbn = ?", [int(isbn)]).fetchone()
        if earlier:
            return int(earlier[0])
        self._seen.execute("INSERT INTO seen VALUES (?, ?)", [int(isbn), line])
        return None

    def close(self) -> None:
        self._seen.close()


def _import_batch(batch: Sequence[BookRow], tally: Tally, *, copies: int, reason: str) -> None:
    added = add_books(rows=batch, copies=copies, reason=reason)
    tally.imported += added
    tally.known += len(batch) - added


@retry_on_conflict
@transaction.atomic(durable=True)
def add_books(*, rows: Sequence[BookRow], copies: int, reason: str) -> int:
    """Add those of these books that the shop does not have, each with so many copies; how many there were."""
    known = set(Book.objects.filter(isbn__in=[row.isbn for row in rows]).values_list("isbn", flat=True))
    new = [row for row in rows if row.isbn not in known]
    publishers = named(Publisher, (row.publisher for row in new if row.publisher))
    series = named(Series, (row.series for row in new if row.series))
    people = contributors(name for row in new for name in row.authors)
    Book.objects.bulk_create(
        (
            Book(
                publisher=publishers.get(row.publisher),
                series=series.get(row.series),
                series_position=series_position(row.fields["series_number"]),
                sort_title=sort_title(row.fields["title"]),
                **row.fields,
            )
            for row in new
        ),
        batch_size=AT_ONCE,
    )
    # MySQL returns no keys
    keys = dict(Book.objects.filter(isbn__in=[row.isbn for row in new]).values_list("isbn", "pk"))
    Contribution.objects.bulk_create(
        (
            Contribution(book_id=keys[row.isbn], contributor=people[name], position=position)
            for row in new
            for position, name in enumerate(row.authors, 1)
        ),
        batch_size=1000,
    )
    introduce(copies=dict.fromkeys(keys.values(), copies), reason=reason)
    return len(new)


def named(model: type[Named], names: Iterable[str]) -> dict[str, Named]:
    """The publishers, or series, of these names, made where there are none.

    One at a time: MariaDB's collation finds "PENGUIN" under "Penguin", whose name it allows only once.
    """
    names = set(names)
    found = {each.name: each for each in model.objects.filter(name__in=names)}
    for name in sorted(names - found.keys()):
        found[name] = model.objects.get_or_create(name=name)[0]
    return found


def contributors(names: Iterable[str]) -> dict[str, Contributor]:
    """The contributors of exactly these names (of namesakes the first), made where there are none."""
    names = sorted(set(names))
    found = _found(names)
    missing = [name for name in names if name not in found]
    Contributor.objects.bulk_create(
        (Contributor(name=name, sort_name=sort_name(name)) for name in missing), batch_size=1000
    )
    return found | _found(missing)


def _found(names: Sequence[str]) -> dict[str, Contributor]:
    """By name; MariaDB's collation also finds other spellings (Jose for José), which do no harm here."""
    found = {}
    for start in range(0, len(names), 1000):  # SQLite limits the values of a query
        chunk = Contributor.objects.filter(name__in=names[start : start + 1000]).order_by("-pk")
        found.update({contributor.name: contributor for contributor in chunk})
    return found
