"""make_catalogue: books that nobody wrote, with everything that real ones have."""

from collections import Counter
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count

from inventory.models import Stock
from shop.catalogue.credits import refresh_credits
from shop.catalogue.editions import refresh_listed
from shop.catalogue.plausible import filling
from shop.catalogue.plausible.drawing import by_popularity
from shop.catalogue.plausible.filling import ShopInUse, fill
from shop.catalogue.plausible.naming import isbn_of, number_of, person_name, publisher_name, series_name
from shop.catalogue.plausible.subjects import headings
from shop.catalogue.text import folded
from shop.isbn import hyphenated, isbn13
from shop.models import (
    Book,
    BookChange,
    Contribution,
    Contributor,
    Publisher,
    SalesRank,
    Series,
    Subject,
    Work,
)
from tests.makers import make_book

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
KEPT = ("byline", "search_text", "sort_title", "series_position", "listed")


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 100)


def filled(count=300, *, seed=1, beside_others=False, on_progress=lambda done: None):
    return fill(count=count, seed=seed, today=TODAY, beside_others=beside_others, on_progress=on_progress)


def told():
    """All that there is to know about the books, but for the keys that the database happens to use."""
    return [
        (
            *(str(getattr(book, name)) for name in ("isbn", "title", "subtitle", "price", "format", *KEPT)),
            book.publisher.name,
            book.series_name,
            sorted(subject.path for subject in book.subjects.all()),
            [(part.contributor.name, part.role) for part in book.contributions.all()],
            [other.isbn for other in book.work.editions.order_by("isbn")] if book.work else [],
            book.stock.on_hand,
        )
        for book in Book.objects.order_by("isbn").select_related("publisher", "series", "stock", "work")
    ]


# --- What it makes


def test_the_books_are_as_valid_as_any():
    filled()
    books = list(Book.objects.all())
    assert len({book.isbn for book in books}) == 300
    for book in books:
        assert isbn13(book.isbn) == book.isbn == isbn_of(number_of(book.isbn))
        assert hyphenated(book.isbn).replace("-", "") == book.isbn
        book.full_clean()
    for model in (Contributor, Publisher, Series, Subject, Work):
        for each in model.objects.all()[:50]:
            each.full_clean()


def test_what_is_kept_on_a_book_is_what_would_be_kept_of_any():
    filled()
    before = list(Book.objects.order_by("pk").values(*KEPT))
    for book in Book.objects.all():
        book.save()
    refresh_credits(Book.objects.all())
    refresh_listed(Book.objects.values_list("pk", flat=True))
    assert list(Book.objects.order_by("pk").values(*KEPT)) == before


def test_stock_and_ledger_are_in_order():
    filled()
    out = StringIO()
    call_command("check_stock", stdout=out)
    assert "300 books" in out.getvalue()
    assert Stock.objects.filter(on_hand=0).exists()
    assert Stock.objects.filter(on_hand__gte=10).count() > 50


def test_nothing_stands_about_that_belongs_to_no_book():
    filled()
    assert not Work.objects.annotate(n=Count("editions")).filter(n__lt=2).exists()
    assert not Series.objects.filter(books=None).exists()
    assert not Contributor.objects.filter(contributions=None).exists()
    assert Contribution.objects.values("book").distinct().count() == 300


def test_it_is_as_mixed_as_a_bookshop():
    filled(600)
    books = Book.objects.all()
    editions = Counter(Work.objects.annotate(n=Count("editions")).values_list("n", flat=True))
    assert {2, 3} <= editions.keys() <= {2, 3, 4}
    assert {"BB", "BC", "AC"} <= set(books.values_list("format", flat=True))
    assert books.filter(edition_type="LTE").exists()
    assert len(set(books.values_list("language", flat=True))) > 4
    assert {"A01", "A12", "B01", "B06", "E07"} <= set(Contribution.objects.values_list("role", flat=True))
    assert books.filter(publication_date__gt=TODAY).exists()
    assert 5 < books.filter(on_sale=False).count() < 60
    assert not books.filter(on_sale=True, price=None).exists()
    assert Series.objects.annotate(n=Count("books")).filter(n__gt=2).exists()
    assert Subject.objects.count() == len(list(headings())) > 300
    ranks = list(SalesRank.objects.order_by("rank").values_list("rank", "copies"))
    assert len(ranks) > 10
    assert ranks == sorted(ranks, key=lambda rank: (rank[0], -rank[1]))


def test_a_few_people_have_most_books():
    chance = Random(1)
    drawn = Counter(by_popularity(chance, 10_000) for _ in range(20_000))
    assert max(drawn) < 10_000
    assert sum(count for number, count in drawn.items() if number < 100) > 3_000
    assert sum(1 for count in drawn.values() if count == 1) > 2_000


def test_no_two_have_a_name_that_a_database_takes_for_the_same():
    for name_of in (publisher_name, series_name):
        assert len({folded(name_of(number)) for number in range(40_000)}) == 40_000
    paths = [heading.path for heading in headings()]
    assert len(set(paths)) == len(paths)
    assert len({person_name(number) for number in range(5_000)}) > 4_500


# --- Running it


def test_the_same_number_and_seed_give_the_same_books():
    before = transaction.savepoint()
    filled()
    first = told()
    transaction.savepoint_rollback(before)
    assert filled() == 300
    assert told() == first
    assert filled() == 0
    assert told() == first


def test_another_seed_gives_other_books():
    filled(100, seed=1)
    assert filled(200, seed=2) == 100
    halves = [set(Book.objects.filter(isbn__range=r).values_list("title", flat=True)) for r in _HALVES]
    assert halves[0] != halves[1]


_HALVES = [(isbn_of(0), isbn_of(99)), (isbn_of(100), isbn_of(199))]


def test_an_interrupted_run_leaves_whole_batches_and_the_next_goes_on_to_the_same_end():
    def stop(done):
        if done == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled(on_progress=stop)
    assert Book.objects.count() == Stock.objects.count() == 200
    assert BookChange.objects.filter(book_id=None).exists()  # the search index hears of those
    assert filled() == 100
    resumed = told()
    assert len(resumed) == 300
    assert not Contributor.objects.filter(contributions=None).exists()
    call_command("check_stock", stdout=StringIO())


def test_a_batch_that_fails_leaves_nothing_of_itself(monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("no stock")

    monkeypatch.setattr(filling.books_added, "send", fail)
    with pytest.raises(RuntimeError):
        filled()
    for model in (Book, Work, Series, Contribution, SalesRank):
        assert not model.objects.exists()


def test_a_shop_with_books_of_its_own_is_left_alone_unless_told():
    own = make_book("Emma")
    with pytest.raises(CommandError, match="--beside-others"):
        call_command("make_catalogue", "100")
    assert list(Book.objects.all()) == [own]
    assert not Work.objects.exists()
    out = StringIO()
    call_command("make_catalogue", "100", "--beside-others", stdout=out, stderr=StringIO())
    assert "100 books made" in out.getvalue()
    assert Book.objects.count() == 101
    call_command("check_stock", stdout=StringIO())


@pytest.mark.parametrize("isbn", ["9780441013593", "9798000000000"])
def test_books_of_its_own_are_any_but_those_with_a_made_up_isbn(isbn):
    filled(100)
    make_book(isbn=isbn)
    with pytest.raises(ShopInUse):
        filled(200)
    assert Book.objects.count() == 101


@pytest.mark.parametrize("count", ["0", "-5", "many", "1e6", "100000001", "9" * 500])
def test_a_number_of_books_is_a_number(count):
    with pytest.raises(CommandError):
        call_command("make_catalogue", "--seed=1", "--", count)
    assert not Subject.objects.exists()
