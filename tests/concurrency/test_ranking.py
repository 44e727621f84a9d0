"""Two runs that rank the same sales at once, on MariaDB; and with the guard taken away."""

from threading import Barrier

import pytest
from django.db import IntegrityError

from shop import transactions
from shop.models import Companion, SalesRank
from shop.orders.ranking import rank_sales
from tests.makers import make_book, make_paid_order, make_user

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _both_have_looked(monkeypatch):
    """Nobody writes a rank before both runs have seen that there is none."""
    books = [make_book(f"Book {n}") for n in range(5)]
    for _ in range(2):
        make_paid_order(*books, customer=make_user())
    both, create = Barrier(2), SalesRank.objects.bulk_create
    arrivals = iter([both.wait, both.wait])

    def wait_and_create(rows, **options):
        next(arrivals, lambda timeout: None)(PATIENCE)
        return create(rows, **options)

    monkeypatch.setattr(SalesRank.objects, "bulk_create", wait_and_create)


@pytest.mark.usefixtures("_both_have_looked")
def test_two_runs_at_once_write_the_same_once():
    assert race(rank_sales, rank_sales) == [(5, 5), (5, 5)]

    assert set(SalesRank.objects.values_list("copies", "rank")) == {(2, 1)}
    assert (SalesRank.objects.count(), Companion.objects.count()) == (5, 20)


@pytest.mark.usefixtures("_both_have_looked")
def test_without_another_try_one_of_two_runs_fails(monkeypatch):
    monkeypatch.setattr(transactions, "TRIES", 1)

    results = race(rank_sales, rank_sales)

    assert sum(isinstance(result, IntegrityError) for result in results) == 1
