"""What was given back, called off or returned, in the reports: figures worked out by hand."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from reports import queries
from reports.periods import Period
from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.orders.dispatching import dispatch_order
from shop.orders.returning import take_return
from shop.payments.apportioning import Fate, Part
from shop.payments.refunding import refund_payment, take_over_refund
from tests.makers import make_book, make_order, make_user
from tests.reports.sales import MID_JUNE, ask, sell

pytestmark = pytest.mark.django_db

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
MID_JULY = datetime(2026, 7, 15, 12, tzinfo=UTC)


def give_back(order, *parts, shipping="0.00", at=MID_JULY):
    """Parts are (book, copies, amount, fate, came back)."""
    line_of = {line.book_id: line.pk for line in order.lines.all()}
    made = refund_payment(
        payment_id=order.payments.get().pk,
        parts=[
            Part(line_of[book.pk], copies, Decimal(amount), *rest) for book, copies, amount, *rest in parts
        ],
        shipping=Decimal(shipping),
        reason="Damaged",
        key=uuid4().hex,
        actor=None,
    )
    Refund.objects.filter(pk=made.pk).update(created_at=at)
    return made


def figures(**given):
    row = ask("period_figures", **given).rows[0]
    return row.orders, row.copies, row.books, row.delivery, row.refunded


def authors():
    rows = ask("author_revenue", sort="revenue").rows
    return {row.author: (row.titles, row.copies, row.revenue) for row in rows}


def customers():
    rows = ask("customer_purchases", sort="spent").rows
    return {row.email: (row.orders, row.copies, row.spent) for row in rows}


@pytest.fixture
def sold():
    """In June Ada bought three copies of Emma and one of Dune, Bob two of Emma; each paid 3.50 for delivery."""
    emma = make_book("Emma", price="10.00", authors=("Jane Austen", "Ann Editor", "Ben Editor"))
    dune = make_book("Dune", price="8.00", authors=("Frank Herbert",))
    ada = sell((emma, 3), dune, customer=make_user("ada@example.com"))
    bob = sell((emma, 2), email="bob@example.com")
    return emma, dune, ada, bob


def test_before_anything_goes_back(sold):
    assert figures() == (2, 6, Decimal("58.00"), Decimal("7.00"), Decimal("0.00"))
    assert authors() == {
        "Jane Austen": (1, 5, Decimal("16.67")),  # 10.00 of Ada's 30.00, 6.67 of Bob's 20.00
        "Ann Editor": (1, 5, Decimal("16.67")),
        "Ben Editor": (1, 5, Decimal("16.66")),
        "Frank Herbert": (1, 1, Decimal("8.00")),
    }


def test_a_returned_copy_is_taken_from_the_day_of_its_sale_and_shown_on_the_day_it_was_given_back(sold):
    emma, _, ada, _ = sold
    dispatch_order(order_id=ada.pk, actor=None)

    give_back(ada, (emma, 1, "10.00", Fate.RESTOCK, True), shipping="1.50")

    assert figures() == (2, 5, Decimal("48.00"), Decimal("5.50"), Decimal("0.00"))
    assert figures(period=JULY) == (0, 0, Decimal("0.00"), Decimal("0.00"), Decimal("11.50"))
    assert customers() == {
        "ada@example.com": (1, 3, Decimal("28.00")),
        "bob@example.com": (1, 2, Decimal("20.00")),
    }
    # Of 10.00 that went back of 30.00 the three had 3.34, 3.33 and 3.33.
    assert authors() == {
        "Jane Austen": (1, 4, Decimal("13.33")),
        "Ann Editor": (1, 4, Decimal("13.34")),
        "Ben Editor": (1, 4, Decimal("13.33")),
        "Frank Herbert": (1, 1, Decimal("8.00")),
    }


def test_money_for_copies_that_stay_with_the_customer_is_taken_from_the_money_only(sold):
    emma, _, _, bob = sold

    give_back(bob, (emma, 2, "5.01"))

    assert figures() == (2, 6, Decimal("52.99"), Decimal("7.00"), Decimal("0.00"))
    assert customers()["bob@example.com"] == (1, 2, Decimal("14.99"))
    assert sum(revenue for *_, revenue in authors().values()) == Decimal("52.99")


def test_a_copy_that_came_back_without_money_is_taken_from_the_copies_only(sold):
    *_, bob = sold
    dispatch_order(order_id=bob.pk, actor=None)
    line = bob.lines.get()

    take_return(order_id=bob.pk, copies={line.pk: 1}, restocked={}, reason="", actor=None)

    assert figures() == (2, 5, Decimal("58.00"), Decimal("7.00"), Decimal("0.00"))


def test_a_line_of_which_nothing_is_left_counts_nowhere(sold):
    _, dune, ada, _ = sold

    give_back(ada, (dune, 1, "8.00", Fate.RESTOCK))

    assert figures() == (2, 5, Decimal("50.00"), Decimal("7.00"), Decimal("0.00"))
    assert "Frank Herbert" not in authors()
    lines = ask("customer_orders", customer=ada.number).rows
    assert [(row.title, row.copies, row.total) for row in lines] == [("Emma", 3, Decimal("30.00"))]


def test_an_order_given_back_whole_counts_like_a_cancelled_one(sold):
    emma, _, ada, bob = sold
    dispatch_order(order_id=bob.pk, actor=None)
    give_back(bob, (emma, 2, "20.00", Fate.WRITE_OFF, True), shipping="3.50")
    cancel_order(order_id=ada.pk, actor=None)
    Refund.objects.update(created_at=MID_JULY)

    assert Order.objects.get(pk=bob.pk).status == Order.Status.RETURNED
    assert figures() == (0, 0, Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))
    assert (authors(), customers()) == ({}, {})
    assert figures(period=JULY)[-1] == Decimal("65.00")  # 23.50 and 41.50


def test_an_order_whose_delivery_alone_was_kept_still_counts(sold):
    emma, _, _, bob = sold
    dispatch_order(order_id=bob.pk, actor=None)

    give_back(bob, (emma, 2, "20.00", Fate.RESTOCK, True))

    assert figures() == (2, 4, Decimal("38.00"), Decimal("7.00"), Decimal("0.00"))
    assert "bob@example.com" not in customers()


def test_one_customers_purchases_show_what_was_kept(sold):
    emma, _, ada, _ = sold

    give_back(ada, (emma, 2, "19.99", Fate.RESTOCK))

    lines = ask("customer_orders", customer=ada.number).rows
    assert sorted((row.title, row.copies, row.price, row.total) for row in lines) == [
        ("Dune", 1, Decimal("8.00"), Decimal("8.00")),
        ("Emma", 1, Decimal("10.00"), Decimal("10.01")),
    ]


def test_popular_books_count_what_was_wanted_but_not_what_was_called_off(sold):
    emma, dune, ada, bob = sold
    dispatch_order(order_id=bob.pk, actor=None)
    give_back(ada, (dune, 1, "8.00", Fate.RESTOCK), (emma, 1, "10.00", Fate.RESTOCK))
    give_back(bob, (emma, 2, "20.00", Fate.RESTOCK, True))

    rows = ask("popular_books", sort="copies", more_than=0).rows
    assert [(row.title, row.orders, row.copies) for row in rows] == [("Emma", 2, 4)]


def test_a_discount_is_no_money_that_the_shop_got():
    book = make_book(price="10.00", authors=("Ann", "Ben"))
    order = sell((book, 2), email="ada@example.com")
    order.lines.update(discount="3.01")
    for credit, amount in zip(order.lines.get().credits.all(), ("8.50", "8.49"), strict=True):
        type(credit).objects.filter(pk=credit.pk).update(amount=amount)

    assert figures()[2] == customers()["ada@example.com"][2] == Decimal("16.99")
    assert sum(revenue for *_, revenue in authors().values()) == Decimal("16.99")


def test_a_refund_of_the_provider_is_taken_from_books_and_delivery_by_what_they_came_to(sold):
    _, _, _, bob = sold
    take_over_refund(bob.payments.get(), reference="re_1", amount=Decimal("2.35"), reason="")
    Refund.objects.update(created_at=MID_JUNE)

    # A tenth of 20.00 and 3.50
    assert figures() == (2, 6, Decimal("56.00"), Decimal("6.65"), Decimal("2.35"))


def test_money_paid_in_error_is_given_back_and_was_never_sold(sold):
    *_, bob = sold
    again = Payment.objects.create(
        order=bob, gateway="test_card", amount=bob.total, currency="GBP", status=Payment.Status.SUCCEEDED
    )
    Refund.objects.create(payment=again, amount=bob.total, reason="Paid twice", created_at=MID_JUNE)

    assert figures() == (2, 6, Decimal("58.00"), Decimal("7.00"), Decimal("23.50"))


def test_an_order_on_its_way_in_any_stage_counts():
    book = make_book(price="10.00", stock=100)
    for status in Order.BOUGHT:
        order = sell(book, email="ada@example.com")
        Order.objects.filter(pk=order.pk).update(status=status)
    make_order(book, placed_at=MID_JUNE)

    assert figures()[:3] == (5, 5, Decimal("50.00"))
    assert customers() == {"ada@example.com": (5, 5, Decimal("50.00"))}
    assert authors()["Ursula K. Le Guin"] == (1, 5, Decimal("50.00"))


@pytest.mark.parametrize(
    "name", ["period_figures", "customer_purchases", "customer_orders", "author_revenue"]
)
def test_a_query_on_money_counts_the_statuses_that_the_shop_calls_bought(name):
    named = re.findall(r"o\.status IN \((.*?)\)", queries.source(name))

    assert named and {frozenset(re.findall(r"'(\w+)'", statuses)) for statuses in named} == {
        frozenset(Order.BOUGHT)
    }
