"""Two at once who change editions of one work, on MariaDB; and with the guard taken away."""

from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest

from shop.catalogue import editions
from shop.catalogue.editions import make_one_work, set_on_sale
from shop.models import Book, Work
from shop.transactions import retry_on_conflict
from tests.makers import make_book, make_work

from .racers import race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]


def meet_before_looking(monkeypatch, hold):
    """Have the two racers both change their own book before either looks at the work as a whole."""
    both = Barrier(2)

    def refresh(book_ids):
        with suppress(BrokenBarrierError):  # the other one waits for our lock: as it should
            both.wait(0.5)
        return refresh_listed(book_ids)

    refresh_listed = editions.refresh_listed
    monkeypatch.setattr(editions, "refresh_listed", refresh)
    monkeypatch.setattr(editions, "hold_editions", hold)


def wrongly_listed():
    return Book.objects.filter(listed=True, on_sale=False).count()


def test_two_editions_taken_off_sale_at_once_leave_none_of_them_listed(monkeypatch):
    paperback, hardback = make_work("Tales", "BC", "BB")
    meet_before_looking(monkeypatch, editions.hold_editions)

    results = race(partial(set_on_sale, [paperback.pk], False), partial(set_on_sale, [hardback.pk], False))

    assert results == [1, 1]
    assert not Book.objects.filter(listed=True).exists()


def test_without_the_lock_a_work_would_be_shown_by_an_edition_off_sale(monkeypatch):
    paperback, hardback = make_work("Tales", "BC", "BB")

    def look(book_ids):
        works = Book.objects.filter(pk__in=list(book_ids)).values("work")
        return list(Book.objects.filter(work__in=works).order_by("pk"))

    meet_before_looking(monkeypatch, look)

    race(partial(set_on_sale, [paperback.pk], False), partial(set_on_sale, [hardback.pk], False))

    assert wrongly_listed() == 1


def test_a_book_joined_to_two_others_at_once_has_them_all_in_one_work():
    for _ in range(5):
        paperback, hardback, audio = (make_book("Tales", format=form) for form in ("BC", "BB", "AC"))
        join = retry_on_conflict(make_one_work)
        race(partial(join, [paperback, hardback]), partial(join, [paperback, audio]))

        works = {Book.objects.get(pk=book.pk).work_id for book in (paperback, hardback, audio)}
        assert len(works) == 1 and None not in works
        assert Book.objects.get(pk=paperback.pk).listed
    assert Book.objects.filter(listed=True).count() == 5
    assert Work.objects.count() == 5
