"""Books as django-import-export takes them out of the shop and brings them back (shop/catalogue/admin/sheets.py)."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from tablib import Dataset

from shop.isbn import isbn13

from .adding import introduce
from .bookrows import LONGEST, Rejected, read_authors, read_isbn
from .credits import refresh_credits
from .editions import hold_editions, refresh_listed
from .importing import contributors, named
from .models import Book, Contribution, Publisher, Series
from .sheets import columns
from .sheets.columns import Column

AT_ONCE = 500  # books read together
NO_PLAIN_FIELDS = {"series", "publisher", "authors", "on_hand"}


class BooksByIsbn(BaseInstanceLoader):
    """Finds the books of a whole sheet in a few queries, and holds them: each is saved as it was found."""

    def __init__(self, resource: "BookResource", dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        isbns = (
            sorted({found for cell in dataset["isbn"] if (found := isbn13(cell))}) if dataset.headers else []
        )
        self.books: dict[str, Book] = {}
        for start in range(0, len(isbns), AT_ONCE):
            those = Book.objects.filter(isbn__in=isbns[start : start + AT_ONCE])
            hold_editions(those.values_list("pk", flat=True))
            books = with_everything(those)
            self.books.update({book.isbn: book for book in books})

    def get_instance(self, row: dict[str, str]) -> Book | None:
        return self.books.get(row["isbn"])


class SheetResult(Result):
    """Names rows by their place in the file, as the person sees it."""

    def append_invalid_row(self, number: int, row: dict[str, Any], validation_error: Any) -> None:
        super().append_invalid_row(row["line"], row, validation_error)

    def append_error_row(self, number: int, row: dict[str, Any], errors: Any) -> None:
        super().append_error_row(row["line"], row, errors)


class BookResource(ModelResource):
    """A row is a book by its ISBN. Of a book that the shop has, only the columns that the file has are changed.

    What is changed counts as set by staff. A cell that is as an export writes it changes nothing. The sheet is
    brought in as a whole or, if anything is wrong with any row, not at all.
    """

    isbn = Column("ISBN", attrgetter("isbn"))
    title = Column("Title", attrgetter("title"), read=columns.text(LONGEST["title"], required=True))
    subtitle = Column("Subtitle", attrgetter("subtitle"), read=columns.text(LONGEST["subtitle"]))
    series = Column("Series", attrgetter("series_name"), read=columns.text(LONGEST["series"]))
    series_number = Column(
        "Series number", attrgetter("series_number"), read=columns.text(LONGEST["series_number"])
    )
    authors = Column("Authors", columns.authors_of, read=read_authors)
    publisher = Column(
        "Publisher",
        lambda book: book.publisher.name if book.publisher else "",
        read=columns.text(LONGEST["publisher"]),
    )
    imprint = Column("Imprint", attrgetter("imprint"), read=columns.text(200))
    format = Column("Format", columns.format_of, read=columns.read_format)
    edition_type = Column("Edition type", columns.edition_type_of, read=columns.read_edition_type)
    language = Column("Language", attrgetter("language"), read=columns.read_language)
    pages = Column("Pages", attrgetter("pages"), read=columns.whole_number(1, 32_767))
    minutes = Column("Minutes", attrgetter("minutes"), read=columns.whole_number(1, 100_000))
    weight = Column("Weight", attrgetter("weight"), read=columns.whole_number(0, 100_000))
    publication_date = Column("Publication date", attrgetter("publication_date"), read=columns.read_date)
    embargo_date = Column("Not sold before", attrgetter("embargo_date"), read=columns.read_date)
    first_published = Column(
        "First published", attrgetter("first_published"), read=columns.whole_number(-4000, 9999)
    )
    price = Column("Price", attrgetter("price"), read=columns.read_price_or_none)
    on_sale = Column("On sale", attrgetter("on_sale"), read=columns.read_yes_or_no)
    on_hand = Column("On hand", columns.copies_of("on_hand"), read=columns.whole_number(0, 100_000))
    available = Column("Available", columns.copies_of("available"))
    description = Column("Description", attrgetter("description"), read=columns.read_description)

    class Meta:
        model = Book
        fields = [
            *["isbn", "title", "subtitle", "series", "series_number", "authors", "publisher", "imprint"],
            *["format", "edition_type", "language", "pages", "minutes", "weight"],
            *["publication_date", "embargo_date", "first_published"],
            *["price", "on_sale", "on_hand", "available", "description"],
        ]
        import_id_fields = ["isbn"]
        instance_loader_class = BooksByIsbn
        use_transactions = True
        clean_model_instances = False  # the columns have said what is wrong, of what is changed
        skip_diff = True  # there is a plainer one: `changes`
        store_instance = True
        report_skipped = False

    @cached_property
    def columns(self) -> list[Column]:
        """The columns in the order of a sheet."""
        return [self.fields[name] for name in self._meta.fields]

    # --- Out

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [column.heading for column in self.columns]

    def export_resource(self, instance: Book, selected_fields: Any = None, **kwargs: Any) -> list[Any]:
        return [column.cell(instance) for column in self.columns]

    def iter_queryset(self, queryset: QuerySet[Book]) -> Iterator[Book]:
        """The books by primary key, some hundreds at a time: any number of them, in flat memory."""
        books = with_everything(queryset.order_by("pk"))
        last = 0
        while page := list(books.filter(pk__gt=last)[:AT_ONCE]):
            yield from page
            last = page[-1].pk

    # --- In

    def get_result_class(self) -> type[Result]:
        return SheetResult

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Find out which ISBNs the sheet has twice."""
        found = Counter(filter(None, map(isbn13, dataset["isbn"])))
        self.repeated = {isbn for isbn, times in found.items() if times > 1}
        self.saved: list[Book] = []
        self.copies: dict[int, int] = {}

    def before_import_row(self, row: dict[str, str], **kwargs: Any) -> None:
        """Raise ValidationError for a row that names no book, or one that another row names too."""
        try:
            if row["problem"]:
                raise Rejected(row["problem"])
            row["isbn"] = read_isbn([row["isbn"]])
            if row["isbn"] in self.repeated:
                raise Rejected(_("Several rows have this ISBN."))
        except Rejected as rejected:
            raise ValidationError({"isbn": str(rejected)}) from rejected

    def init_instance(self, row: dict[str, str] | None = None) -> Book:
        return Book(isbn=row["isbn"] if row else "")

    def import_instance(self, instance: Book, row: dict[str, str], **kwargs: Any) -> None:
        """Give the book what the row says otherwise; raises ValidationError with what is wrong in each column."""
        instance.changes = {}  # type: ignore[attr-defined]
        values, errors = {}, {}
        for name, column in self.fields.items():
            if name not in row or column.read is None or self._is_as_exported(instance, column, row[name]):
                continue
            try:
                values[name] = column.read(columns.unharmed(row[name]))
            except Rejected as rejected:
                errors[name] = str(rejected)
        if not instance.pk:
            for name in {"title"} - row.keys():
                errors[name] = _("A new book needs one.")
        on_sale, price = (values.get(name, getattr(instance, name)) for name in ("on_sale", "price"))
        if on_sale and price is None and not errors.keys() & {"on_sale", "price"}:
            errors["price"] = _("A book needs a price to be on sale.")
        if errors:
            raise ValidationError(errors)
        self._change(instance, values)

    def skip_row(self, instance: Book, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and instance.pk is not None and not instance.changes  # type: ignore[attr-defined]

    def do_instance_save(self, instance: Book, is_create: bool) -> None:
        """The book with its series, publisher and authors, its changes noted as staff's."""
        given: dict[str, Any] = instance.given  # type: ignore[attr-defined]
        for name, model in (("series", Series), ("publisher", Publisher)):
            if name in given:
                wanted = given[name]
                setattr(instance, name, named(model, [wanted])[wanted] if wanted else None)  # type: ignore[type-var]
        set_by_staff = {"contributors" if name == "authors" else name for name in given} - {"on_hand"}
        instance.staff_fields = sorted({*instance.staff_fields, *set_by_staff})
        instance.save(force_insert=is_create)
        if "authors" in given:
            set_authors(instance, given["authors"])
        self.saved.append(instance)
        if is_create:
            self.copies[instance.pk] = given.get("on_hand") or 0

    def after_import_row(self, row: dict[str, str], row_result: RowResult, **kwargs: Any) -> None:
        """Keep what the preview shows."""
        row_result.line = row["line"]
        row_result.changes = [
            (self.fields[name].heading, *values) for name, values in row_result.instance.changes.items()
        ]

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        """What new and changed books need, once all are there."""
        if result.has_errors() or result.has_validation_errors():
            return  # all of it is undone
        for start in range(0, len(self.saved), AT_ONCE):
            books = self.saved[start : start + AT_ONCE]
            new = {book.pk: self.copies[book.pk] for book in books if book.pk in self.copies}
            introduce(copies=new, actor=kwargs.get("user"), reason=_("Imported from a spreadsheet"))
            refresh_credits(book for book in books if book.pk not in new)
            refresh_listed(book.pk for book in books)

    def _is_as_exported(self, book: Book, column: Column, cell: str) -> bool:
        return book.pk is not None and cell == column.text(book)

    def _change(self, book: Book, values: dict[str, Any]) -> None:
        """Put the values on the book, and note what each column showed before, and shows now."""
        book.given = {}  # type: ignore[attr-defined]
        for name, value in values.items():
            shown = self.fields[name].value(book)
            if name in NO_PLAIN_FIELDS:  # the rest of it is done once the book is saved
                if value == shown or (name == "on_hand" and book.pk is not None):
                    continue
                now = value
            else:
                if value == getattr(book, name) and book.pk is not None:
                    continue
                setattr(book, name, value)
                now = self.fields[name].value(book)
            book.given[name] = value  # type: ignore[attr-defined]
            if now != shown:
                book.changes[name] = (columns.written(shown), columns.written(now))  # type: ignore[attr-defined]


def with_everything(books: QuerySet[Book]) -> QuerySet[Book]:
    """With all that a row has of a book."""
    return books.select_related("series", "publisher", "stock").prefetch_related("contributions__contributor")


def set_authors(book: Book, names: list[str]) -> None:
    """Have these people be the book's authors, before everybody else who had a part in it."""
    people = contributors(names)
    others = list(book.contributions.exclude(role=Contribution.Role.AUTHOR))
    book.contributions.filter(role=Contribution.Role.AUTHOR).delete()
    for position, part in enumerate(others, len(names) + 1):
        part.position = position
    Contribution.objects.bulk_update(others, ["position"])
    Contribution.objects.bulk_create(
        Contribution(book=book, contributor=people[name], position=position)
        for position, name in enumerate(names, 1)
    )
