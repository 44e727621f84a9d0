"""More buyers than copies, all at once, on MariaDB; and the same with the guard taken away."""

from functools import partial
from threading import Barrier

import pytest

from inventory.models import Stock, StockQuerySet
from shop.models import Book, Cart, Order
from shop.orders.models import OrderLine
from shop.orders.placing import Details, place_order
from shop.signals import InsufficientStock
from tests.makers import ADDRESS, make_book, make_cart

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

BUYERS, COPIES = 16, 5
DETAILS = Details("ada@example.com", Order.Delivery.STANDARD, ADDRESS)


def buy(cart: Cart) -> Order:
    return place_order(cart=cart, customer=None, details=DETAILS, checkout_key=cart.checkout_key)


def test_sixteen_buyers_of_five_copies_make_exactly_five_orders():
    book = make_book(stock=COPIES)

    results = race(*(partial(buy, make_cart(book)) for _ in range(BUYERS)))

    assert sum(isinstance(result, Order) for result in results) == COPIES
    assert sum(isinstance(result, InsufficientStock) for result in results) == BUYERS - COPIES
    assert Order.objects.count() == OrderLine.objects.count() == COPIES
    stock = Stock.objects.get(pk=book.pk)
    assert (stock.on_hand, stock.allocated) == (COPIES, COPIES)
    assert book.restock_alerts.count() == 1
    # Whoever came too late has lost nothing: the cart is as it was.
    assert Cart.objects.filter(lines__quantity=1).count() == BUYERS - COPIES


def test_without_the_guard_the_same_race_oversells(monkeypatch):
    """The twin: look first, write afterwards, as a naive shop would."""
    book = make_book(stock=COPIES)
    all_have_looked = Barrier(BUYERS)

    def look_then_write(self, quantities):
        stocks = list(self.filter(pk__in=quantities))
        enough = all(stock.available >= quantities[stock.pk] for stock in stocks)
        all_have_looked.wait(PATIENCE)
        for stock in stocks:
            stock.allocated += quantities[stock.pk]
            stock.save()
        return enough

    monkeypatch.setattr(StockQuerySet, "allocate", look_then_write)
    monkeypatch.setattr(type(Stock.objects), "allocate", look_then_write)

    results = race(*(partial(buy, make_cart(book)) for _ in range(BUYERS)))

    assert sum(isinstance(result, Order) for result in results) > COPIES
    assert Stock.objects.get(pk=book.pk).allocated < OrderLine.objects.count()


def test_baskets_in_opposite_orders_do_not_deadlock():
    books = [make_book(f"Book {n}", stock=200) for n in range(4)]
    carts = [make_cart(*(books if n % 2 else reversed(books))) for n in range(BUYERS)]

    results = race(*(partial(buy, cart) for cart in carts))

    assert all(isinstance(result, Order) for result in results), results
    assert list(Stock.objects.values_list("allocated", flat=True)) == [BUYERS] * 4


def test_orders_of_different_quantities_add_up():
    first, second = make_book("First", stock=200), make_book("Second", stock=200)
    carts = [make_cart((first, n % 3 + 1), (second, n % 5 + 1)) for n in range(BUYERS)]

    results = race(*(partial(buy, cart) for cart in carts))

    assert all(isinstance(result, Order) for result in results), results
    assert Stock.objects.get(pk=first.pk).allocated == sum(n % 3 + 1 for n in range(BUYERS))
    assert Stock.objects.get(pk=second.pk).allocated == sum(n % 5 + 1 for n in range(BUYERS))


def test_one_cart_ordered_fifty_times_at_once_is_one_order():
    book = make_book(stock=60)
    cart = make_cart(book)

    results = race(*(partial(buy, Cart.objects.get(pk=cart.pk)) for _ in range(50)))

    assert {result.pk for result in results} == {Order.objects.get().pk}
    assert Stock.objects.get(pk=book.pk).allocated == 1
    assert Book.objects.get().order_lines.count() == 1
