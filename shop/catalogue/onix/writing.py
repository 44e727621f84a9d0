"""What has been planned is done: inside the caller's transaction, in as few statements as there are tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from shop import rows
from shop.catalogue.adding import introduce
from shop.catalogue.changes import note_changes
from shop.catalogue.credits import refresh_credits, signed
from shop.catalogue.editions import refresh_listed
from shop.catalogue.models import (
    Book,
    BookSubjectCode,
    BookText,
    Contribution,
    FeedRecord,
    ProductRelation,
    SupplierPrice,
)
from shop.catalogue.text import searchable, series_position, sort_title

from . import references
from .own import is_own
from .planning import ChangedBook, NewBook, Plan, Withdrawal
from .product import Code
from .schemes import ORDER
from .wanted import Wanted
from .works import join_works

# What a list says of a book, so that the editions of its work are to be weighed anew.
LISTED_BY = {"on_sale", "format", "edition_type", "publication_date", "embargo_date"}
RANKS = {scheme: rank for rank, scheme in enumerate(ORDER)}
CREDITED_BY = {"title", "subtitle", "series", "keywords"}

Changes = Mapping[str, tuple[Any, Any]]  # by field: old and new


@dataclass(frozen=True)
class Found:
    """The keys of what the books of a batch refer to."""

    publishers: Mapping[str, int]
    series: Mapping[str, int]
    people: Mapping[str, int]
    suppliers: Mapping[Any, int]
    codes: Mapping[tuple[str, str], tuple[int, int | None]]

    @classmethod
    def for_all(cls, wanted: Iterable[Wanted]) -> "Found":
        wanted = list(wanted)
        return cls(
            publishers=references.publishers(w.fields["publisher"] for w in wanted),
            series=references.series(w.fields["series"] for w in wanted),
            people=references.people(person for w in wanted for person in w.people),
            suppliers=references.suppliers(supplier for w in wanted for supplier, _price in w.prices),
            codes=references.subject_codes(code for w in wanted for code in w.codes),
        )

    def columns(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a book as columns of its table, with those that follow from them."""
        columns = dict(fields)
        if "publisher" in fields:
            columns["publisher_id"] = self.publishers.get(columns.pop("publisher"))
        if "series" in fields:
            columns["series_id"] = self.series.get(columns.pop("series"))
        if "title" in fields:
            columns["sort_title"] = sort_title(fields["title"])
        if "series_number" in fields:
            columns["series_position"] = series_position(fields["series_number"])
        return columns

    def subjects(self, wanted: Wanted) -> list[int]:
        """The shop's own subjects that it is about, the main one first.

        A record that the shop wrote itself names them; what the trade's codes in it stand for counts only in others.
        """
        codes = [code for code in wanted.codes if is_own(code.scheme, code.code)] or wanted.codes
        return list(
            dict.fromkeys(s for code in ranked(codes) if (s := self.codes[code.scheme, code.code][1]))
        )


def ranked(codes: Sequence[Code]) -> Sequence[Code]:
    """What is called the main subject first, and of these what is said in the scheme that the shop goes by first."""
    return sorted(codes, key=_rank) if len(codes) > 1 else codes


def _rank(code: Code) -> tuple[bool, int]:
    return not code.is_main, RANKS.get(code.scheme, len(RANKS))


def carry_out(plan: Plan, sender: str, *, reason: str) -> None:
    """Write what a batch comes to; `reason` is what the first movement of stock of each new book says."""
    now = timezone.now()
    found = Found.for_all(
        [*(new.said.wanted for new in plan.new), *(changed.said.wanted for changed in plan.changed)]
    )
    ids = _add(plan.new, found, now)
    _change(plan.changed, found)
    _write_groups(
        [
            *((ids[new.incoming.product.isbn], new.said.wanted, None) for new in plan.new),
            *((changed.book.pk, changed.said.wanted, changed.groups) for changed in plan.changed),
        ],
        found,
    )
    _keep_records(plan, ids, sender, now)
    _withdraw(plan.withdrawn, now)
    if ids:
        introduce(copies=dict.fromkeys(ids.values(), 0), reason=reason, is_credited=True, is_stocked=False)
    _tidy(plan, ids)


def _add(new_books: list[NewBook], found: Found, now: datetime) -> dict[str, int]:
    """The new books' own rows; their keys by ISBN."""
    if not new_books:
        return {}
    made = []
    for new in new_books:
        wanted = new.said.wanted
        fields = wanted.fields
        names = [person.name for person in wanted.people]
        parts = [(person.name, role) for person in wanted.people for role in person.roles]
        made.append(
            found.columns(fields)
            | {
                "isbn": new.incoming.product.isbn,
                "on_sale": new.on_sale,
                "listed": new.on_sale,
                "main_subject_id": next(iter(found.subjects(wanted)), None),
                "added_at": now,
                "byline": signed(parts),
                "search_text": searchable(
                    fields["title"], fields["subtitle"], fields["series"], *names, fields["keywords"]
                ),
            }
        )
    columns = list(made[0])
    rows.insert(Book, columns, ([book[column] for column in columns] for book in made))
    isbns = [book["isbn"] for book in made]
    return dict(Book.objects.filter(isbn__in=isbns).values_list("isbn", "pk"))


def _change(changed_books: list[ChangedBook], found: Found) -> None:
    rows.update(
        Book, {c.book.pk: _columns(c.book, c.said.wanted, c.changes, c.groups, found) for c in changed_books}
    )


def _columns(
    book: Book, wanted: Wanted, changes: Changes, groups: Collection[str], found: Found
) -> dict[str, Any]:
    """The columns of the book's row that change."""
    columns = found.columns({name: new for name, (_old, new) in changes.items()})
    if "on_sale" in columns and book.work_id is None:
        columns["listed"] = columns["on_sale"]
    if "subjects" in groups:
        columns["main_subject_id"] = next(iter(found.subjects(wanted)), None)
    return columns


def write_changes(book: Book, wanted: Wanted, changes: Changes, groups: Collection[str]) -> None:
    """Change one book, inside the caller's transaction."""
    found = Found.for_all([wanted])
    rows.update(Book, {book.pk: _columns(book, wanted, changes, groups, found)})
    _write_groups([(book.pk, wanted, frozenset(groups))], found)
    _bring_in_step({book.pk: (set(changes), frozenset(groups))}, set())


Group = tuple[int, Wanted, frozenset[str] | None]  # of None, a new book, all


def _write_groups(books: list[Group], found: Found) -> None:
    """What each book has several of; what was there before goes first."""
    subjects_of = Book.subjects.through

    def those(group: str, *models: Any) -> list[tuple[int, Wanted]]:
        before = [key for key, _wanted, groups in books if groups is not None and group in groups]
        if before:
            for model in models:
                model.objects.filter(book_id__in=before).delete()
        return [(key, wanted) for key, wanted, groups in books if groups is None or group in groups]

    rows.insert(
        Contribution,
        ("book_id", "contributor_id", "role", "position"),
        (
            (key, found.people[person.name], role, position)
            for key, wanted in those("contributors", Contribution)
            for position, person in enumerate(wanted.people, 1)
            for role in person.roles
        ),
    )
    about = those("subjects", BookSubjectCode, subjects_of)
    given: dict[tuple[int, int], bool] = {}  # in the order of the record, which says what comes first
    for key, wanted in about:
        for code in wanted.codes:
            given.setdefault((key, found.codes[code.scheme, code.code][0]), code.is_main)
    rows.insert(
        BookSubjectCode,
        ("book_id", "code_id", "is_main"),
        ((key, code_id, is_main) for (key, code_id), is_main in given.items()),
    )
    rows.insert(
        subjects_of,
        ("book_id", "subject_id"),
        ((key, subject) for key, wanted in about for subject in found.subjects(wanted)),
    )
    rows.insert(
        BookText,
        ("book_id", "text_type", "html", "source", "position"),
        (
            (key, passage.text_type, passage.html, passage.source, position)
            for key, wanted in those("texts", BookText)
            for position, passage in enumerate(wanted.passages, 1)
        ),
    )
    rows.insert(
        SupplierPrice,
        (
            *("book_id", "supplier_id", "price_type", "amount", "currency", "tax_rate", "tax_code"),
            *("valid_from", "valid_until"),
        ),
        (
            (
                *(key, found.suppliers.get(supplier), price.price_type, price.amount, price.currency),
                *(
                    price.tax_rate or None,
                    price.tax_code,
                    price.valid_from or None,
                    price.valid_until or None,
                ),
            )
            for key, wanted in those("prices", SupplierPrice)
            for supplier, price in wanted.prices
        ),
    )
    rows.insert(
        ProductRelation,
        ("book_id", "code", "isbn"),
        (
            (key, relation.code, relation.isbn)
            for key, wanted in those("relations", ProductRelation)
            for relation in wanted.relations
        ),
    )


def _keep_records(plan: Plan, ids: Mapping[str, int], sender: str, now: datetime) -> None:
    """What was said, for the next time."""
    told: list[tuple[NewBook | ChangedBook, int, int | None]] = [
        *((new, ids[new.incoming.product.isbn], None) for new in plan.new),
        *((changed, changed.book.pk, changed.record_id) for changed in plan.changed),
    ]
    rows.insert(
        FeedRecord,
        ("key", "sender", "reference", "book_id", "digest", "data", "received_at"),
        (
            (
                *(book.incoming.key, sender, book.incoming.product.reference, key),
                *(book.said.digest, book.said.written, now),
            )
            for book, key, record_id in told
            if record_id is None
        ),
    )
    rows.update(
        FeedRecord,
        {
            record_id: {"digest": book.said.digest, "data": book.said.written, "received_at": now}
            for book, _key, record_id in told
            if record_id is not None
        },
    )


def _withdraw(withdrawals: list[Withdrawal], now: datetime) -> None:
    """Off sale, and never erased: it may have been sold."""
    if not withdrawals:
        return
    books = Book.objects.filter(pk__in=[w.book_id for w in withdrawals]).only("staff_fields", "on_sale")
    held = [book.pk for book in books if "on_sale" in book.staff_fields]
    Book.objects.filter(pk__in=[book.pk for book in books]).update(withdrawn_at=now)
    Book.objects.filter(pk__in=[book.pk for book in books if book.pk not in held]).update(on_sale=False)
    FeedRecord.objects.filter(pk__in=[w.record_id for w in withdrawals]).update(digest="", received_at=now)


def _tidy(plan: Plan, ids: Mapping[str, int]) -> None:
    """Bring in step what is kept of the books elsewhere."""
    changed = {c.book.pk: (set(c.changes), c.groups) for c in plan.changed if c.is_visible}
    told = {ids[new.incoming.product.isbn]: new.said.wanted.works for new in plan.new}
    told |= {c.book.pk: c.said.wanted.works for c in plan.changed if c.groups & {"works", "relations"}}
    joined = join_works(told) if told else set()
    _bring_in_step(changed, joined | {w.book_id for w in plan.withdrawn})
    note_changes(set(ids.values()) - joined)


def _bring_in_step(changed: Mapping[int, tuple[set[str], frozenset[str]]], weighed: set[int]) -> None:
    """`changed` has the fields and groups that have changed, by book; `weighed` books may be listed otherwise now."""
    credited = {
        key for key, (fields, groups) in changed.items() if fields & CREDITED_BY or "contributors" in groups
    }
    weighed = weighed | {key for key, (fields, _groups) in changed.items() if fields & LISTED_BY}
    if credited:
        refresh_credits(Book(pk=key) for key in credited)
    if weighed:
        refresh_listed(weighed)
    note_changes(key for key in changed if key not in credited | weighed)
