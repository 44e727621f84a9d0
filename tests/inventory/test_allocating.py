"""Copies are promised to an order, all of them or none, also when they come and go at that very moment."""

import pytest

from inventory.models import Stock
from shop.middleware import is_away
from shop.models import Order
from shop.orders.placing import Details, place_order
from shop.transactions import TRIES, Conflict
from tests.makers import make_book, make_cart

pytestmark = pytest.mark.django_db

DETAILS = Details("ada@example.com", Order.Delivery.COLLECTION)


def buy(book, copies):
    cart = make_cart((book, copies))
    return place_order(cart=cart, customer=None, details=DETAILS, checkout_key=cart.checkout_key)


@pytest.fixture
def refuse(monkeypatch):
    """Have the first so many allocations find too few copies; the list of them all."""

    def refuse(times):
        allocate, tries = Stock.objects.allocate, []

        def allocate_later(self, wanted):
            tries.append(wanted)
            return len(tries) > times and allocate(wanted)

        monkeypatch.setattr(type(Stock.objects), "allocate", allocate_later)
        return tries

    return refuse


def test_copies_that_come_back_while_an_order_is_refused_are_its_own(refuse):
    """Too few at the update, enough when it is asked which: nothing is short, so the order is placed."""
    book = make_book(stock=3)
    refuse(1)

    buy(book, 2)

    assert Stock.objects.get(pk=book.pk).allocated == 2


def test_an_order_that_meets_other_copies_each_time_gives_up_and_is_told_that_the_shop_is_busy(refuse):
    book = make_book(stock=3)
    tries = refuse(1000)

    with pytest.raises(Conflict) as busy:
        buy(book, 2)

    assert len(tries) == TRIES
    assert is_away(busy.value)
    assert not Order.objects.exists()
