"""The demo shop's books, from books.json: real titles and ISBNs, and a bookseller's own words on them."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shop.catalogue.adding import introduce
from shop.catalogue.models import Book, Contribution, Contributor, Publisher, Series, Subject
from shop.catalogue.names import sort_name
from shop.prose import clean_html

FILE = Path(__file__).with_name("books.json")


def read() -> dict[str, Any]:
    """Subjects, contributors and books as the file has them."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def opening_copies(demo: dict[str, Any]) -> dict[str, int]:
    """How many copies of each ISBN the shop opens with."""
    return {book["isbn"]: book["stock"] for book in demo["books"]}


def create_books(demo: dict[str, Any], *, opened: datetime) -> None:
    """Everything that the catalogue shows, and the opening stock, inside the caller's transaction."""
    subjects = _create_subjects(demo["subjects"])
    publishers = {
        name: Publisher.objects.create(name=name)
        for name in sorted({book["publisher"] for book in demo["books"] if book["publisher"]})
    }
    series = {
        name: Series.objects.create(name=name)
        for name in sorted({book["series"] for book in demo["books"] if book["series"]})
    }
    people = _create_contributors(demo)
    books = {}
    # The shop's newest books are those that came out last.
    for entry in sorted(demo["books"], key=lambda entry: entry["first_published"] or 0):
        books[entry["isbn"]] = _create_book(entry, publishers=publishers, series=series, subjects=subjects)
    Book.objects.update(added_at=opened)
    Book.subjects.through.objects.bulk_create(
        Book.subjects.through(book_id=books[entry["isbn"]].pk, subject_id=subjects[path].pk)
        for entry in demo["books"]
        for path in entry["subjects"]
    )
    Contribution.objects.bulk_create(
        Contribution(
            book=books[entry["isbn"]],
            contributor=people[credit["name"]],
            role=credit["role"],
            position=position,
        )
        for entry in demo["books"]
        for position, credit in enumerate(entry["contributors"], 1)
    )
    copies = {books[isbn].pk: number for isbn, number in opening_copies(demo).items()}
    introduce(copies=copies, reason=_("Opening stock"), at=opened)


def _create_subjects(entries: list[dict[str, str]]) -> dict[str, Subject]:
    subjects: dict[str, Subject] = {}
    for entry in sorted(entries, key=lambda entry: entry["path"]):
        above, _, slug = entry["path"].rpartition("/")
        subjects[entry["path"]] = Subject.objects.create(
            name=entry["name"], slug=slug, parent=subjects[above] if above else None, colour=entry["colour"]
        )
    return subjects


def _create_contributors(demo: dict[str, Any]) -> dict[str, Contributor]:
    told = demo["contributors"]
    names = {credit["name"] for book in demo["books"] for credit in book["contributors"]}
    return {
        name: Contributor.objects.create(**{"name": name, "sort_name": sort_name(name), **told.get(name, {})})
        for name in sorted(names)
    }


def _create_book(
    entry: dict[str, Any],
    *,
    publishers: dict[str, Publisher],
    series: dict[str, Series],
    subjects: dict[str, Subject],
) -> Book:
    as_they_are = ["isbn", "title", "subtitle", "series_number", "format", "pages", "language"]
    return Book.objects.create(
        **{name: entry[name] for name in as_they_are},
        publisher=publishers.get(entry["publisher"]),
        series=series.get(entry["series"]),
        main_subject=subjects[entry["subjects"][0]] if entry["subjects"] else None,
        publication_date=entry["publication_date"] or None,
        first_published=entry["first_published"],
        description=clean_html(entry["description"]),
        price=Decimal(entry["price"]),
    )
