"""Deliveries booked in from a file: whole or not at all, and once."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.copy_rows import CopiesRow, read_copies
from shop.models import Book
from shop.spreadsheets import UnreadableFile

from .models import Delivery, DeliveryDiffers, RestockAlert, Stock
from .stocking import receive_copies

REFERENCE_NAMES = ("delivery", "delivery_reference", "delivery_note", "reference")
LONGEST_REFERENCE = 100
BATCH = 500  # ISBNs asked for at once


class DeliveryRefused(Exception):
    """Nothing of the file was received: `problems` has every reason with its line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery: the copies and the new level of each book, and the alerts that closed.

    All empty if it had been received before.
    """

    reference: str
    is_new: bool
    received: list[tuple[int, Stock]]
    closed: list[Book]


def receive_file(path: str | Path, *, reference: str = "", day: date | None = None) -> list[Receipt]:
    """Book in the deliveries of a file, each once; `day` is when they came, if not now.

    A row's delivery is named in its own column, or else by `reference`, or else by what the file says, so that
    the same file is received once. Raises UnreadableFile, or DeliveryRefused when anything in it is wrong, or a
    delivery of that name was received already with other copies.
    """
    unnamed = reference or _fingerprint(path)
    shown = reference or Path(path).name[:LONGEST_REFERENCE]
    at = _moment(day)
    deliveries = _read(path, unnamed)
    if differing := [name for name, copies in deliveries.items() if Delivery.objects.differs(name, copies)]:
        raise DeliveryRefused([_already(name) for name in differing])
    return [
        _receive(name, copies, at, reference=shown if name == unnamed else name)
        for name, copies in deliveries.items()
    ]


def _already(name: str) -> str:
    problem = _(
        "delivery %(name)s was received already, with other copies: is it another one? Then rename it."
    )
    return problem % {"name": name}


def _read(path: str | Path, reference: str) -> dict[str, dict[int, int]]:
    """Copies by book id, by delivery; raises DeliveryRefused."""
    rows = list(read_copies(path, names=REFERENCE_NAMES))
    if not rows:
        raise UnreadableFile(_("The file has a header and nothing below it."))
    books = _books(row.isbn for row in rows if row.isbn)
    deliveries: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    problems = []
    for row in rows:
        problem = row.problem or _wrong(row, row.name or reference, books)
        if problem:
            problems.append(_("line %(line)d: %(problem)s") % {"line": row.line, "problem": problem})
        else:
            deliveries[row.name or reference][books[row.isbn]] += row.copies
    if problems:
        raise DeliveryRefused(problems)
    return deliveries


def _wrong(row: CopiesRow, reference: str, books: dict[str, int]) -> str:
    if row.isbn not in books:
        return _("the shop has no book %(isbn)s") % {"isbn": row.isbn}
    if len(reference) > LONGEST_REFERENCE:
        return _("the delivery's name has more than %(most)d characters") % {"most": LONGEST_REFERENCE}
    return ""


def _books(isbns: Iterable[str]) -> dict[str, int]:
    """Book ids by ISBN, of those that the shop has."""
    wanted = list(dict.fromkeys(isbns))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), BATCH):
        batch = Book.objects.filter(isbn__in=wanted[start : start + BATCH])
        found |= dict(batch.values_list("isbn", "pk"))
    return found


def _receive(name: str, copies: dict[int, int], at: datetime, *, reference: str) -> Receipt:
    alerts = RestockAlert.objects.open().filter(book_id__in=copies)
    open_before = {alert.book_id: alert.book for alert in alerts.select_related("book")}
    try:
        is_new = receive_copies(quantities=copies, actor=None, reference=reference, at=at, delivery=name)
    except DeliveryDiffers as differs:  # since it was looked at
        raise DeliveryRefused([_already(name)]) from differs
    if not is_new:
        return Receipt(reference, False, [], [])
    stocks = Stock.objects.select_related("book").in_bulk(list(copies))
    still_open = set(alerts.values_list("book_id", flat=True))
    return Receipt(
        reference,
        True,
        [(received, stocks[book_id]) for book_id, received in copies.items()],
        [book for book_id, book in open_before.items() if book_id not in still_open],
    )


def _fingerprint(path: str | Path) -> str:
    """A name for what the file says, whatever the file is called."""
    try:
        with Path(path).open("rb") as file:
            return f"file {hashlib.file_digest(file, 'sha256').hexdigest()[:32]}"
    except OSError as error:
        raise UnreadableFile(
            _("%(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error


def _moment(day: date | None) -> datetime:
    """Noon of the day in the shop's time zone; now, if it is today or none is given."""
    if day is None or day >= timezone.localdate():
        return timezone.now()
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())
