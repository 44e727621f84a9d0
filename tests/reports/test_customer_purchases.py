"""Customers by books bought and money spent, and one customer's purchases."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shop.models import Book, Order
from shop.payments.external import take_external_order
from tests.makers import make_book, make_user
from tests.reports.sales import MID_JUNE, ask, sell

pytestmark = pytest.mark.django_db


def customers(sort: str = "copies") -> list[tuple[str, int, int, Decimal]]:
    return [
        (row.email, row.orders, row.copies, row.spent) for row in ask("customer_purchases", sort=sort).rows
    ]


def test_customers_are_ranked_by_copies_or_by_what_they_spent():
    dear, cheap = make_book(price="20.00"), make_book(price="9.99")
    ada, bob = make_user("ada@example.com"), make_user("bob@example.com")
    sell((dear, 1), (cheap, 2), customer=ada)  # 20.00 + 19.98
    sell((dear, 1), customer=ada)
    sell((cheap, 5), customer=bob)

    bob_bought, ada_bought = (
        ("bob@example.com", 1, 5, Decimal("49.95")),
        ("ada@example.com", 2, 4, Decimal("59.98")),
    )
    assert customers("copies") == [bob_bought, ada_bought]
    assert customers("spent") == [ada_bought, bob_bought]


def test_those_with_as_many_copies_are_ranked_by_what_they_spent():
    sell(make_book(price="5.00"), email="thrifty@example.com")
    sell(make_book(price="6.00"), email="zealous@example.com")

    assert [email for email, *_ in customers("copies")] == ["zealous@example.com", "thrifty@example.com"]


def test_what_was_spent_is_the_price_of_the_day_without_delivery():
    book = make_book(price="9.99")
    order = sell(book, delivery_method=Order.Delivery.STANDARD)
    Book.objects.filter(pk=book.pk).update(price="99.00")

    assert order.shipping == Decimal("3.50")
    assert customers() == [("guest@example.com", 1, 1, Decimal("9.99"))]


def test_a_guest_is_one_customer_however_the_address_is_capitalised():
    book = make_book(price="5.00")
    sell(book, email="Bob@Example.com")
    sell(book, email="bob@example.com")

    assert customers() == [("bob@example.com", 2, 2, Decimal("10.00"))]


def test_addresses_that_only_look_alike_are_two_guests():
    book = make_book(price="5.00")
    sell(book, email="andre@example.com")
    sell(book, email="andré@example.com")

    assert len(customers()) == 2


def test_an_account_is_one_customer_whatever_address_its_orders_carry():
    book, ada = make_book(price="5.00"), make_user("ada@example.com", name="Ada Reader")
    sell(book, customer=ada, email="ada@work.example")
    sell(book, customer=ada, email="ada@home.example")

    (row,) = ask("customer_purchases", sort="copies").rows
    assert (row.email, row.name, row.is_guest, row.copies) == ("ada@example.com", "Ada Reader", 0, 2)


def test_a_guest_with_an_accounts_address_is_somebody_else():
    book, ada = make_book(price="5.00"), make_user("ada@example.com")
    sell(book, customer=ada)
    sell(book, email="ada@example.com")

    rows = ask("customer_purchases", sort="copies").rows
    assert [(row.email, row.is_guest) for row in rows] == [("ada@example.com", 0), ("ada@example.com", 1)]


def test_sales_to_nobody_in_particular_are_named_apart():
    book = make_book(price="5.00")
    sell(book, email="bob@example.com")
    order, _ = take_external_order(reference="till-1", quantities={book.isbn: 3})
    Order.objects.filter(pk=order.pk).update(paid_at=MID_JUNE)

    figures = ask("period_figures").rows[0]
    assert customers() == [("bob@example.com", 1, 1, Decimal("5.00"))]
    assert (figures.unnamed_orders, figures.unnamed_copies, figures.unnamed_books) == (1, 3, Decimal("15.00"))
    assert (figures.orders, figures.copies, figures.books) == (2, 4, Decimal("20.00"))


def purchases_of(order: Order) -> list[tuple[str, int, Decimal, Decimal]]:
    rows = ask("customer_orders", customer=order.number).rows
    return [(row.title, row.copies, row.price, row.total) for row in rows]


def test_any_order_leads_to_all_that_its_customer_bought_latest_first():
    emma, dune, ada = make_book("Emma", price="7.50"), make_book("Dune", price="9.99"), make_user()
    first = sell(emma, customer=ada, at=datetime(2026, 6, 2, 9, tzinfo=UTC))
    sell((dune, 3), customer=ada, at=datetime(2026, 6, 9, 9, tzinfo=UTC))
    before_june = sell(dune, customer=ada, at=datetime(2026, 5, 9, 9, tzinfo=UTC))
    sell(emma)

    expected = [("Dune", 3, Decimal("9.99"), Decimal("29.97")), ("Emma", 1, Decimal("7.50"), Decimal("7.50"))]
    assert purchases_of(first) == purchases_of(before_june) == expected


def test_a_guests_order_leads_to_that_guests_orders_only():
    emma, dune, ada = make_book("Emma", price="7.50"), make_book("Dune"), make_user("ada@example.com")
    guest = sell(emma, email="ADA@example.com")
    sell(emma, email="ada@example.com")
    sell(dune, customer=ada)
    sell(dune, email="bob@example.com")

    assert purchases_of(guest) == [("Emma", 1, Decimal("7.50"), Decimal("7.50"))] * 2


def test_times_of_purchases_come_with_their_zone():
    order = sell(make_book(), at=datetime(2026, 6, 2, 9, 0, 1, 5, tzinfo=UTC))

    (row,) = ask("customer_orders", customer=order.number).rows
    assert row.paid_at == datetime(2026, 6, 2, 9, 0, 1, 5, tzinfo=UTC)


def test_an_order_of_nobody_in_particular_leads_to_no_customer():
    order, _ = take_external_order(reference="till-1", quantities={make_book().isbn: 1})

    assert ask("customer", customer=order.number).rows == []
