"""The shop's own catalogue as an ONIX 3.0 message, written as a stream: any number of books, in flat memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO

from django.conf import settings
from django.db.models import Prefetch
from lxml import etree

from ..models import Book, BookSubjectCode, Contribution, Subject
from .records import add, record_of

NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
AT_ONCE = 500  # books read with all that belongs to them, then forgotten


def export_onix(file: IO[bytes], *, on_progress: Callable[[int], None] = lambda count: None) -> int:
    """Write all books of the shop into the file, those off sale and withdrawn too, as such; how many there were.

    Reference tags, UTF-8. `on_progress` is told how many are written so far, now and then. The same books give
    the same records (their references are the shop's host and the ISBN), so that a receiver can take every
    message whole.
    """
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        # As a plain attribute: were the elements made in the namespace, each product would declare it anew.
        with xml.element("ONIXMessage", {"xmlns": NAMESPACE, "release": "3.0"}):
            xml.write("\n", _header(), pretty_print=True)
            for count, book in enumerate(books_with_everything(), 1):
                xml.write(record_of(book), pretty_print=True)
                if count % AT_ONCE == 0:
                    on_progress(count)
            if count == 0:
                xml.write(etree.Element("NoProduct"))
    on_progress(count)
    return count


def books_with_everything() -> Iterator[Book]:
    """Every book by primary key, with all that a record tells, read some hundreds at a time."""
    books = (
        Book.objects.order_by("pk")
        .select_related("stock", "work", "series", "publisher")
        .prefetch_related(
            "work__identifiers",
            Prefetch("work__editions", Book.objects.only("isbn", "work").order_by("pk")),
            "subjects",
            "texts",
            "relations",
            Prefetch("contributions", Contribution.objects.select_related("contributor")),
        )
    )
    names = dict(Subject.objects.values_list("path", "name"))
    last = 0
    while page := list(books.filter(pk__gt=last)[:AT_ONCE]):
        codes: dict[int, list[BookSubjectCode]] = {}
        of_page = BookSubjectCode.objects.filter(book__in=[book.pk for book in page])
        for code in of_page.select_related("code").order_by("-is_main", "pk"):
            codes.setdefault(code.book_id, []).append(code)
        for book in page:
            book.codes = codes.get(book.pk, [])  # type: ignore[attr-defined]
            book.subject_names = names  # type: ignore[attr-defined]
            yield book
        last = page[-1].pk


def _header() -> etree._Element:
    header = etree.Element("Header")
    add(add(header, "Sender"), "SenderName", settings.SHOP_NAME)
    add(header, "SentDateTime", f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    add(header, "DefaultCurrencyCode", settings.SHOP_CURRENCY)
    return header
