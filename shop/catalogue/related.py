"""The books around a book on its page: its other editions, its neighbours in a series, what replaces it, its author's others."""

from django.db.models import Q

from .editions import standing
from .models import Book, Contributor, ProductRelation

MORE_BY_AUTHOR = 6
# ONIX code list 51, as the book's own record and the other's say it.
REPLACED_BY, REPLACES = "05", "03"


def editions_of(book: Book) -> list[Book]:
    """The editions on sale of the book's work, the leading one first; none for a book that is the only one known."""
    if book.work_id is None:
        return []
    editions = Book.objects.on_sale().filter(work=book.work_id).select_related("stock")
    return sorted(
        editions.only(
            *[
                "isbn",
                "price",
                "format",
                "edition_type",
                "publication_date",
                "embargo_date",
                "on_sale",
                "listed",
            ],
            *["stock__on_hand", "stock__allocated"],
        ),
        key=standing,
    )


def neighbours(book: Book) -> tuple[Book | None, Book | None]:
    """The books before and after this one in its series, by number; None where there is none, or no number."""
    here = book.series_position
    if book.series_id is None or here is None:
        return None, None
    numbered = Book.objects.listed().filter(series=book.series_id)
    numbered = numbered.only("isbn", "title", "series_number", "series_position")
    before = numbered.filter(series_position__lt=here).order_by("-series_position", "-pk")
    after = numbered.filter(series_position__gt=here).order_by("series_position", "pk")
    return before.first(), after.first()


def replacement_of(book: Book) -> Book | None:
    """The book on sale that, as the trade says, replaces this one; the latest, if there are several."""
    said = ProductRelation.objects.filter(
        Q(book=book, code=REPLACED_BY) | Q(isbn=book.isbn, code=REPLACES)
    ).values_list("code", "isbn", "book_id")
    isbns = [isbn for code, isbn, _key in said if code == REPLACED_BY]
    keys = [key for code, _isbn, key in said if code == REPLACES]
    if not isbns and not keys:
        return None
    newer = Book.objects.on_sale().filter(Q(isbn__in=isbns) | Q(pk__in=keys)).exclude(pk=book.pk)
    return newer.order_by("-publication_date", "-pk").first()


def others_by(author: Contributor, book: Book) -> list[Book]:
    """Books in which the author had a part, those that came to the shop last, without this one's own work."""
    # In the order in which they were credited: the index on the author is read from its end, and no further
    # than needed, though there be thousands. Who has two parts in a book is found twice.
    found = Book.objects.listed().filter(contributions__contributor=author).exclude(pk=book.pk)
    if book.work_id is not None:
        found = found.exclude(work=book.work_id)
    latest = found.for_cards().order_by("-contributions__pk")[: 2 * MORE_BY_AUTHOR]
    return list({other.pk: other for other in latest}.values())[:MORE_BY_AUTHOR]
