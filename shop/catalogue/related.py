"""The books around a book on its page: its other editions, its series, its author's others, what goes with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import connection

from .cards import Card, cards
from .editions import standing
from .models import Book, Contributor

WIDTH = 6  # books on a shelf
OTHER_THINGS = ("subject", "text")  # than books, whose keys are asked for too

# The keys of all of them at once, and of the book's own subjects and texts: asked one by one they would be nine
# queries, half of the page's cost. Each part reads the first rows of an index (of the author's books, its last ones),
# so that none costs more in a larger shop; SQLite reads tables that are CROSS JOINed in the order in which they are
# named. `place` is the order within a part, codes of relations are those of ONIX code list 51.
AROUND = """SELECT 'edition' AS kind, id AS book, id AS place
    FROM shop_book WHERE work_id = %(work)s AND on_sale = 1
    UNION ALL
    SELECT * FROM (
        SELECT 'previous', id, 0 FROM shop_book
        WHERE series_id = %(series)s AND series_position < %(position)s AND listed = 1
        ORDER BY series_position DESC, id DESC LIMIT 1) AS previous
    UNION ALL
    SELECT * FROM (
        SELECT 'following', id, 0 FROM shop_book
        WHERE series_id = %(series)s AND series_position > %(position)s AND listed = 1
        ORDER BY series_position, id LIMIT 1) AS following
    UNION ALL
    SELECT 'replacement', book.id, book.id
    FROM shop_productrelation AS relation CROSS JOIN shop_book AS book
    WHERE book.isbn = relation.isbn AND relation.book_id = %(book)s AND relation.code = '05'
    UNION ALL
    SELECT 'replacement', relation.book_id, relation.book_id FROM shop_productrelation AS relation
    WHERE relation.isbn = %(isbn)s AND relation.code = '03' AND relation.book_id <> %(book)s
    UNION ALL
    SELECT * FROM (
        SELECT 'by author', book.id, -part.id AS place
        FROM shop_contribution AS part CROSS JOIN shop_book AS book
        WHERE book.id = part.book_id AND part.contributor_id = %(author)s AND book.listed = 1 AND book.id <> %(book)s
            AND (book.work_id IS NULL OR %(work)s IS NULL OR book.work_id <> %(work)s)
        ORDER BY part.id DESC LIMIT 12) AS by_author
    UNION ALL
    SELECT * FROM (
        SELECT 'bought with', other.id, bought.id AS place
        FROM shop_companion AS bought CROSS JOIN shop_book AS other
        WHERE other.id = bought.other_id
            AND bought.book_id IN (SELECT id FROM shop_book WHERE id = %(book)s OR work_id = %(work)s)
            AND other.listed = 1 AND other.id <> %(book)s
        ORDER BY bought.id LIMIT 12) AS bought_with
    UNION ALL
    SELECT 'subject', subject_id, subject_id FROM shop_book_subjects WHERE book_id = %(book)s
    UNION ALL
    SELECT 'text', id, id FROM shop_booktext WHERE book_id = %(book)s
"""


@dataclass(frozen=True)
class Related:
    """The books around a book, by what they are to it; only such as are on sale."""

    book: Book
    keys: dict[str, list[int]]
    looked_at: Sequence[int]
    books: dict[int, Book]

    @classmethod
    def to(cls, book: Book, *, author: Contributor | None, looked_at: Sequence[int] = ()) -> "Related":
        """All of them, in two queries. `looked_at` are the keys of books that the visitor has looked at."""
        values: dict[str, str | int | Decimal | None] = {
            "book": book.pk,
            "isbn": book.isbn,
            "work": book.work_id,
            "series": book.series_id,
            "position": book.series_position,
            "author": author.pk if author else None,
        }
        keys: dict[str, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(AROUND, values)
            for kind, key, _place in sorted(cursor.fetchall(), key=lambda row: row[2]):
                keys.setdefault(kind, []).append(key)
        lately = [key for key in looked_at if key != book.pk][:WIDTH]
        wanted = {key for kind, found in keys.items() if kind not in OTHER_THINGS for key in found}
        wanted.update(lately)
        books = Book.objects.on_sale().for_cards("on_sale", "listed", "series_number").order_by()
        return cls(book, keys, lately, books.in_bulk(wanted) if wanted else {})

    @cached_property
    def editions(self) -> list[Book]:
        """The editions of the book's work, the leading one first; none for a book that is the only one known."""
        return sorted(self._books("edition"), key=standing)

    @property
    def lead(self) -> Book:
        """The edition that stands for all of them: the one that lists show."""
        return next((edition for edition in self.editions if edition.listed), self.book)

    @property
    def previous(self) -> Book | None:
        """The book before this one in its series, by number."""
        return next(iter(self._books("previous")), None)

    @property
    def following(self) -> Book | None:
        """The book after this one in its series, by number."""
        return next(iter(self._books("following")), None)

    @property
    def replacement(self) -> Book | None:
        """The book that, as the trade says, replaces this one; the latest, if there are several."""
        return max(
            self._books("replacement"), key=lambda book: (str(book.publication_date), book.pk), default=None
        )

    @property
    def subjects(self) -> list[int]:
        """The keys of what the book is about."""
        return self.keys.get("subject", [])

    @property
    def texts(self) -> list[int]:
        """The keys of the texts that the trade gives with it."""
        return self.keys.get("text", [])

    @property
    def by_author(self) -> list[Card]:
        """Other works of the author, those first that came to the shop last."""
        return self._cards(self.keys.get("by author", ()))[:WIDTH]

    @property
    def bought_with(self) -> list[Card]:
        """What customers bought together with the book, or with another edition of it."""
        return self._cards(self.keys.get("bought with", ()))[:WIDTH]

    @property
    def recently(self) -> list[Card]:
        """What else the visitor has looked at, the last first."""
        return self._cards(self.looked_at)

    def _books(self, kind: str) -> list[Book]:
        return [self.books[key] for key in self.keys.get(kind, ()) if key in self.books]

    def _cards(self, keys: Iterable[int]) -> list[Card]:
        return cards(self.books[key] for key in dict.fromkeys(keys) if key in self.books)
