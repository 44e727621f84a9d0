"""The demo shop's books, from books.json: real titles and ISBNs, and a bookseller's own words on them."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalogue.adding import introduce
from shop.catalogue.editions import refresh_listed
from shop.catalogue.models import (
    Book,
    BookText,
    Contribution,
    Contributor,
    Publisher,
    Series,
    StaffPick,
    Subject,
    Work,
)
from shop.catalogue.names import sort_name
from shop.customers.models import User
from shop.prose import clean_html

FILE = Path(__file__).with_name("books.json")
PICK_EVERY = timedelta(days=5)
SHELF_HOLDS = 5  # letters

Entry = dict[str, Any]


def read() -> dict[str, Any]:
    """Subjects, contributors, books and what else the file has."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def all_entries(demo: dict[str, Any]) -> list[Entry]:
    """Every book of the shop: those that stand alone or lead, those yet to come, and the other editions of both.

    An edition's entry has what the book has that it is an edition `of`, but for what it says itself; its
    `readers` come after the others who had a part in it.
    """
    leading = {entry["isbn"]: entry for entry in [*demo["books"], *demo["forthcoming"]]}
    editions = []
    for edition in demo["editions"]:
        entry = {**leading[edition["of"]], "pages": None, "publication_date": None, **edition}
        readers = [{"name": name, "role": Contribution.Role.READER} for name in edition.get("readers", [])]
        editions.append({**entry, "contributors": [*entry["contributors"], *readers]})
    return [*leading.values(), *editions]


def opening_copies(demo: dict[str, Any]) -> dict[str, int]:
    """How many copies of each ISBN the shop opens with, of the books that are published."""
    return {entry["isbn"]: entry["stock"] for entry in all_entries(demo) if "in_days" not in entry}


def create_books(demo: dict[str, Any], *, opened: datetime) -> None:
    """Everything that the catalogue shows, and the opening stock, inside the caller's transaction."""
    entries = all_entries(demo)
    subjects = _create_subjects(demo["subjects"])
    publishers = {
        name: Publisher.objects.create(name=name, description=clean_html(demo["publishers"].get(name, "")))
        for name in sorted({entry["publisher"] for entry in entries if entry["publisher"]})
    }
    series = {
        name: Series.objects.create(name=name, description=clean_html(demo["series"].get(name, "")))
        for name in sorted({entry["series"] for entry in entries if entry["series"]})
    }
    titles = {entry["isbn"]: entry["title"] for entry in entries}
    works = {
        isbn: Work.objects.create(title=titles[isbn])
        for isbn in dict.fromkeys(edition["of"] for edition in demo["editions"])
    }
    people = _create_contributors(demo, entries)
    books: dict[str, Book] = {}
    # The shop's newest books are those that came out last.
    for entry in sorted(entries, key=lambda entry: entry["first_published"] or 0):
        book = _new_book(entry)
        book.publisher = publishers.get(entry["publisher"])
        book.series = series.get(entry["series"])
        book.main_subject = subjects[entry["subjects"][0]] if entry["subjects"] else None
        book.work = works.get(entry.get("of", entry["isbn"]))
        book.save()
        books[entry["isbn"]] = book
    Book.objects.update(added_at=opened)
    Book.subjects.through.objects.bulk_create(
        Book.subjects.through(book_id=books[entry["isbn"]].pk, subject_id=subjects[path].pk)
        for entry in entries
        for path in entry["subjects"]
    )
    Contribution.objects.bulk_create(
        Contribution(
            book=books[entry["isbn"]],
            contributor=people[credit["name"]],
            role=credit["role"],
            position=position,
        )
        for entry in entries
        for position, credit in enumerate(entry["contributors"], 1)
    )
    BookText.objects.bulk_create(
        BookText(
            book=books[text["isbn"]],
            text_type=text["type"],
            html=clean_html(text["html"]),
            source=text["source"],
        )
        for text in demo["texts"]
    )
    copies = {books[entry["isbn"]].pk: entry["stock"] for entry in entries}
    introduce(copies=copies, reason=_("Opening stock"), at=opened)
    _put_on_shelves(books, entries)
    refresh_listed(copies)


def _put_on_shelves(books: dict[str, Book], entries: list[Entry]) -> None:
    """What is published stands by its first subject, and there by who wrote it: A1, A2, ... B1. Inventory has a row of
    stock for each book by now."""
    bays = sorted({path.partition("/")[0] for entry in entries for path in entry["subjects"]})
    for entry in entries:
        if entry["subjects"] and entry["contributors"] and "in_days" not in entry:
            bay = ascii_uppercase[bays.index(entry["subjects"][0].partition("/")[0])]
            initial = ascii_uppercase.find(sort_name(entry["contributors"][0]["name"])[0].upper())
            stock = books[entry["isbn"]].stock
            stock.shelf = f"{bay}{max(initial, 0) // SHELF_HOLDS + 1}"
            stock.save(update_fields=["shelf"])


def create_picks(demo: dict[str, Any], *, by: User) -> None:
    """What the shop's people recommend, the last of it today."""
    books = Book.objects.in_bulk([pick["isbn"] for pick in demo["picks"]], field_name="isbn")
    StaffPick.objects.bulk_create(
        StaffPick(
            book=books[pick["isbn"]],
            note=pick["note"],
            by=by,
            added_at=timezone.now() - place * PICK_EVERY,
        )
        for place, pick in enumerate(demo["picks"])
    )


def _create_subjects(entries: list[dict[str, str]]) -> dict[str, Subject]:
    subjects: dict[str, Subject] = {}
    for entry in sorted(entries, key=lambda entry: entry["path"]):
        above, _, slug = entry["path"].rpartition("/")
        subjects[entry["path"]] = Subject.objects.create(
            name=entry["name"], slug=slug, parent=subjects[above] if above else None, colour=entry["colour"]
        )
    return subjects


def _create_contributors(demo: dict[str, Any], entries: list[Entry]) -> dict[str, Contributor]:
    told = demo["contributors"]
    names = {credit["name"] for entry in entries for credit in entry["contributors"]}
    return {
        name: Contributor.objects.create(**{"name": name, "sort_name": sort_name(name), **told.get(name, {})})
        for name in sorted(names)
    }


def _new_book(entry: Entry) -> Book:
    """The book of an entry, not saved yet; dates that lie ahead are counted from today."""
    as_they_are = ["isbn", "title", "subtitle", "series_number", "format", "pages", "language"]
    today = timezone.localdate()
    published = date.fromisoformat(entry["publication_date"]) if entry.get("publication_date") else None
    if "in_days" in entry:
        published = today + timedelta(days=entry["in_days"])
    embargo = entry.get("embargo_in_days")
    return Book(
        **{name: entry[name] for name in as_they_are},
        edition_type=entry.get("edition_type", ""),
        imprint=entry.get("imprint", ""),
        minutes=entry.get("minutes"),
        publication_date=published,
        embargo_date=today + timedelta(days=embargo) if embargo else None,
        first_published=entry["first_published"],
        description=clean_html(entry["description"]),
        price=Decimal(entry["price"]),
    )
