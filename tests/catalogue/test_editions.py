"""Editions come together in works and part again; of each work with something on sale, lists show one."""

from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from shop.catalogue import editions
from shop.catalogue.editions import (
    make_one_work,
    part_from_work,
    refresh_listed,
    refresh_newly_out,
    set_on_sale,
)
from shop.catalogue.models import BookChange, WorkIdentifier
from shop.models import Book, Work
from tests.makers import make_book, make_forthcoming, make_work

pytestmark = pytest.mark.django_db


def listed():
    return set(Book.objects.filter(listed=True))


def flaws():
    """Works that lists show twice or not at all, or by an edition off sale; works with fewer than two editions."""
    found = []
    for book in Book.objects.filter(work=None):
        if book.listed != book.on_sale:
            found.append(f"{book.pk} alone")
    for work in Work.objects.all():
        editions = list(work.editions.all())
        shown = [book for book in editions if book.listed]
        if len(shown) != any(book.on_sale for book in editions) or any(not book.on_sale for book in shown):
            found.append(f"work {work.pk}: {shown}")
        if len(editions) < 2:
            found.append(f"work {work.pk} has {len(editions)}")
    return found


# --- Which edition leads


@pytest.mark.parametrize(
    ("editions", "leads"),
    [
        (["BB", "BC", "AC"], 1),
        (["AC", "BB"], 1),
        ([{"format": "BC", "edition_type": "LTE"}, "BB"], 1),
        ([{"publication_date": date(2001, 1, 1)}, {"publication_date": date(2010, 1, 1)}], 1),
        ([{"publication_date": None}, {"publication_date": date(1950, 1, 1)}], 1),
        ([{"format": "BC", "publication_date": date(2100, 1, 1)}, "BB"], 1),
        ([{"format": "BC", "on_sale": False}, "BB", "AC"], 1),
        (["BC", "BC"], 0),
    ],
)
def test_a_work_is_shown_by_the_edition_that_most_people_buy(editions, leads):
    books = make_work("Tales", *editions)
    assert [book.listed for book in books] == [place == leads for place in range(len(books))]


def test_a_work_of_which_nothing_is_on_sale_is_not_shown():
    make_work("Tales", {"on_sale": False}, {"on_sale": False})
    assert listed() == set()


# --- Coming together, and parting


def test_works_that_turn_out_to_be_one_have_all_their_editions_together():
    one, other = make_work("Tales", "BC", "BB"), make_work("Tales", "AC", "EA")
    WorkIdentifier.objects.create(work=other[0].work, scheme="11", value="A1")
    work = make_one_work([one[1], other[0]])
    assert set(work.editions.all()) == {*one, *other}
    assert list(Work.objects.all()) == [work]
    assert work.identifiers.get().value == "A1"
    assert listed() == {one[0]}


def test_one_book_alone_makes_no_work():
    assert make_one_work([make_book()]) is None
    assert not Work.objects.exists()


def test_a_book_that_parts_is_shown_again_and_its_work_goes_on_without_it():
    paperback, hardback, audio = make_work("Tales", "BC", "BB", "AC")
    part_from_work(paperback)
    assert listed() == {paperback, hardback}
    part_from_work(hardback)
    assert listed() == {paperback, hardback, audio}
    assert not Work.objects.exists()
    part_from_work(hardback)  # of no work any more
    assert flaws() == []


def test_taking_the_leading_edition_off_sale_has_the_next_one_shown_and_the_index_told():
    paperback, hardback = make_work("Tales", "BC", "BB")
    BookChange.objects.all().delete()
    assert set_on_sale([paperback.pk], False) == 1
    assert listed() == {hardback}
    assert set(BookChange.objects.values_list("book_id", flat=True)) == {paperback.pk, hardback.pk}
    assert set_on_sale([paperback.pk], True) == 1
    assert listed() == {paperback}


def test_a_book_without_a_price_is_not_put_on_sale():
    book = make_book()
    Book.objects.update(price=None, on_sale=False)
    assert set_on_sale([book.pk], True) == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_in_whatever_order_each_work_on_sale_is_shown_once(seed):
    random = Random(seed)
    books = [make_book(f"Book {n}", format=random.choice(["BC", "BB", "AC", "ZZ"])) for n in range(8)]
    today = timezone.localdate()
    for _step in range(40):
        chosen = random.sample(books, random.randint(1, 3))
        keys = [book.pk for book in chosen]
        match random.randrange(5):
            case 0 | 1:
                set_on_sale(keys, random.random() < 0.5)
            case 2:
                make_one_work(chosen)
            case 3:
                part_from_work(Book.objects.get(pk=keys[0]))
            case 4:
                day = random.choice([None, today - timedelta(9), today + timedelta(9)])
                Book.objects.filter(pk__in=keys).update(
                    publication_date=day, format=random.choice(["BC", "BB"])
                )
                refresh_listed(keys)
        assert flaws() == []


def test_a_refresh_asks_as_often_for_50_works_as_for_5(
    django_assert_num_queries, django_assert_max_num_queries
):
    def all_wrong():
        Book.objects.update(listed=False)
        return list(Book.objects.values_list("pk", flat=True))

    for n in range(5):
        make_work(f"Work {n}", "BC", "BB", authors=())
    with django_assert_max_num_queries(6) as few:
        refresh_listed(all_wrong())
    for n in range(45):
        make_work(f"More {n}", "BC", "BB", authors=())
    with django_assert_num_queries(len(few)):
        refresh_listed(all_wrong())
    assert flaws() == []


# --- Dates that pass


def test_an_edition_that_comes_out_takes_the_lead_when_its_day_has_come():
    hardback = make_book("Tales", format="BB")
    paperback = make_forthcoming("Tales", in_days=3, format="BC")
    make_one_work([hardback, paperback])
    assert listed() == {hardback}
    Book.objects.filter(pk=paperback.pk).update(publication_date=timezone.localdate())
    assert listed() == {hardback}
    call_command("clear_stale")
    assert listed() == {paperback}


def test_of_what_came_out_long_ago_nothing_is_looked_at():
    make_work("Tales", {"publication_date": date(2001, 1, 1)}, {"embargo_date": timezone.localdate()})
    make_book("Alone", publication_date=timezone.localdate())
    assert refresh_newly_out() == 1


@pytest.mark.django_db(transaction=True)
def test_the_daily_step_that_meets_somebody_who_edits_the_same_books_is_tried_again(monkeypatch):
    out, paperback = make_work("Tales", {"format": "BB"}, {"publication_date": timezone.localdate()})
    Book.objects.filter(pk=out.pk).update(listed=True)
    Book.objects.filter(pk=paperback.pk).update(listed=False)
    as_before, met = editions.refresh_listed, []

    def meet(book_ids):
        if not met:
            met.append(True)
            raise OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")
        as_before(book_ids)

    monkeypatch.setattr(editions, "refresh_listed", meet)

    assert refresh_newly_out() == 1
    assert listed() == {paperback}
