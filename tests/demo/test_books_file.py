"""The demo shop's catalogue holds true ISBNs and is complete enough to be shown."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum import isbn

from shop.catalogue.languages import bibliographic
from shop.catalogue.models import Book, Contribution
from shop.demo.books import all_entries

FILE = Path(__file__).parents[2] / "shop" / "demo" / "books.json"
CREAM = "#f3e9d2"  # the darkest cream that a cover's text is set in
RESPONSIBLE = {"A01", "B01"}  # author, editor


@pytest.fixture(scope="module")
def catalogue() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries(catalogue) -> list[dict]:
    """Every book of the shop: the leading editions, the others, and those yet to come."""
    return all_entries(catalogue)


def faulty(books: list[dict], is_right) -> list[str]:
    """The titles of the books that are not right, so that a failure names them."""
    return [book["title"] for book in books if not is_right(book)]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_there_are_at_least_150_books(catalogue):
    assert len(catalogue["books"]) >= 150


def test_every_isbn_has_13_digits_and_the_right_check_digit(entries):
    def is_right(book):
        return isbn.isbn_type(book["isbn"]) == "ISBN13" and isbn.compact(book["isbn"]) == book["isbn"]

    assert faulty(entries, is_right) == []


def test_no_isbn_is_given_twice(entries):
    counts = Counter(book["isbn"] for book in entries)
    assert [number for number, count in counts.items() if count > 1] == []


def test_every_book_has_an_author_or_an_editor(catalogue):
    def is_right(book):
        return RESPONSIBLE & {part["role"] for part in book["contributors"]}

    assert faulty(catalogue["books"], is_right) == []


def test_contributors_have_known_roles_each_once_and_a_name_to_sort_by(catalogue, entries):
    people = catalogue["contributors"]

    def is_right(book):
        parts = [(part["name"], part["role"]) for part in book["contributors"]]
        known = all(name in people and role in Contribution.Role.values for name, role in parts)
        return known and len(parts) == len(set(parts))

    assert faulty(entries, is_right) == []
    assert [name for name, person in people.items() if not person["sort_name"]] == []


def test_everybody_listed_has_a_book_and_at_least_70_have_a_biography(catalogue, entries):
    named = {part["name"] for book in entries for part in book["contributors"]}
    assert set(catalogue["contributors"]) == named
    assert sum(1 for person in catalogue["contributors"].values() if person["biography"]) >= 70


def test_every_book_stands_in_subjects_that_exist(catalogue):
    paths = {subject["path"] for subject in catalogue["subjects"]}

    def is_right(book):
        return book["subjects"] and paths.issuperset(book["subjects"])

    assert faulty(catalogue["books"], is_right) == []


def test_every_subject_comes_after_the_one_it_is_part_of(catalogue):
    seen = {""}
    for subject in catalogue["subjects"]:
        assert subject["path"].rpartition("/")[0] in seen, subject["path"]
        assert subject["path"] not in seen
        seen.add(subject["path"])


def test_every_subject_without_branches_has_at_least_three_books(catalogue):
    paths = [subject["path"] for subject in catalogue["subjects"]]
    leaves = {path for path in paths if not any(other.startswith(f"{path}/") for other in paths)}
    counts = Counter(path for book in catalogue["books"] for path in set(book["subjects"]))
    assert {path: counts[path] for path in leaves if counts[path] < 3} == {}


def test_cream_text_is_legible_on_every_subjects_colour(catalogue):
    def contrast(colour):
        return (luminance(CREAM) + 0.05) / (luminance(colour) + 0.05)

    assert [s["path"] for s in catalogue["subjects"] if contrast(s["colour"]) < 4.5] == []


def test_every_description_is_a_paragraph_of_sane_length(catalogue):
    def is_right(book):
        text = book["description"]
        return 100 <= len(text) <= 900 and text == text.strip() and "\n" not in text

    assert faulty(catalogue["books"], is_right) == []


def test_no_two_books_share_a_description(catalogue):
    assert len({book["description"] for book in catalogue["books"]}) == len(catalogue["books"])


def test_prices_are_pounds_and_pence_between_5_and_50(entries):
    def is_right(book):
        price = Decimal(book["price"])
        return price.as_tuple().exponent == -2 and 5 <= price <= 50

    assert faulty(entries, is_right) == []


def test_stock_is_small_as_in_a_real_shop_and_some_of_it_runs_low(catalogue):
    assert faulty(catalogue["books"], lambda book: 3 <= book["stock"] <= 60) == []
    assert any(book["stock"] < 10 for book in catalogue["books"])
    assert any(book["stock"] >= 30 for book in catalogue["books"])


def test_formats_languages_and_dates_are_ones_the_shop_knows(entries):
    def is_right(book):
        if book.get("publication_date"):
            date.fromisoformat(book["publication_date"])
        known = book["format"] in Book.Format.values and bibliographic(book["language"]) == book["language"]
        return known and (book["pages"] is None or 0 < book["pages"] < 3000)

    assert faulty(entries, is_right) == []


def test_at_least_25_works_have_editions_that_differ_in_format(catalogue):
    leading = {book["isbn"]: book for book in [*catalogue["books"], *catalogue["forthcoming"]]}
    works = Counter(edition["of"] for edition in catalogue["editions"])
    assert len(works) >= 25
    assert max(works.values()) >= 3  # a hardback, large print and an audiobook beside the paperback
    assert works.keys() <= leading.keys()

    def is_right(edition):
        kind = edition["format"], edition.get("edition_type", "")
        return kind != (leading[edition["of"]]["format"], "")

    assert [e["isbn"] for e in catalogue["editions"] if not is_right(e)] == []


def test_books_that_are_yet_to_come_are_invented_and_say_so(catalogue):
    coming = catalogue["forthcoming"]
    assert len(coming) >= 6
    assert faulty(coming, lambda book: 30 <= book["in_days"] <= 200 and book["stock"] == 0) == []
    assert faulty(coming, lambda book: "invented" in book["description"]) == []
    assert faulty(coming, lambda book: book["isbn"].startswith("9799999")) == []  # assigned to nobody
    assert any(book.get("embargo_in_days", 0) > book["in_days"] for book in coming)


def test_series_have_numbers_that_no_two_books_share(catalogue):
    numbered = Counter((b["series"], b["series_number"]) for b in catalogue["books"] if b["series_number"])
    assert [place for place, count in numbered.items() if count > 1] == []
    assert len({name for name, _number in numbered if numbered[name, "2"]}) >= 8


def test_what_is_said_beside_the_books_is_about_some_that_are_there(catalogue, entries):
    isbns = {book["isbn"] for book in entries}
    assert {pick["isbn"] for pick in catalogue["picks"]} <= isbns
    assert {text["isbn"] for text in catalogue["texts"]} <= isbns
    assert set(catalogue["series"]) <= {book["series"] for book in entries}
    assert set(catalogue["publishers"]) <= {book["publisher"] for book in entries}
    assert all(20 < len(pick["note"]) <= 300 for pick in catalogue["picks"])
