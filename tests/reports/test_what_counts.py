"""What counts as bought, and in which period: the rule that all reports on money share."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from reports.periods import Period
from shop.models import Order
from tests.makers import make_book, make_cancelled_order, make_order
from tests.reports.sales import JUNE, MID_JUNE, ask, sell, sell_many

pytestmark = pytest.mark.django_db


def copies_sold(period: Period = JUNE) -> dict[str, int]:
    """What each of the reports on money says was sold."""
    return {
        "period_figures": ask("period_figures", period).rows[0].copies,
        "customer_purchases": sum(
            row.copies for row in ask("customer_purchases", period, sort="copies").rows
        ),
        "author_revenue": sum(row.copies for row in ask("author_revenue", period, sort="copies").rows),
    }


def all_say(copies: int) -> dict[str, int]:
    return dict.fromkeys(("period_figures", "customer_purchases", "author_revenue"), copies)


def test_paid_and_dispatched_orders_count():
    book = make_book()
    sell((book, 2))
    sell_many(book, 1, status="dispatched", quantity=3)

    assert copies_sold() == all_say(5)


def test_orders_unpaid_cancelled_or_expired_do_not_count_even_if_they_were_paid_once():
    book = make_book(stock=100)
    make_order(book, placed_at=MID_JUNE)
    make_cancelled_order(book, placed_at=MID_JUNE)
    sell_many(book, 1, status="cancelled")  # paid, then cancelled and paid back
    sell_many(book, 1, status="expired", paid_at=None)

    assert copies_sold() == all_say(0)


def test_an_order_counts_when_it_is_paid_not_when_it_is_placed():
    order = sell(at=datetime(2026, 6, 30, 12, tzinfo=UTC))
    Order.objects.filter(pk=order.pk).update(paid_at=datetime(2026, 7, 2, 12, tzinfo=UTC))

    assert copies_sold() == all_say(0)
    assert copies_sold(Period(date(2026, 7, 1), date(2026, 7, 31))) == all_say(1)


def test_paid_late_on_a_summer_evening_in_utc_is_the_next_day_in_the_shop():
    sell(at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    assert copies_sold() == all_say(0)
    assert copies_sold(Period(date(2026, 7, 1), date(2026, 7, 1))) == all_say(1)


def test_paid_late_on_a_winter_evening_is_the_same_day():
    sell(at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))

    assert copies_sold(Period(date(2026, 1, 31), date(2026, 1, 31))) == all_say(1)
    assert copies_sold(Period(date(2026, 2, 1), date(2026, 2, 1))) == all_say(0)


@pytest.mark.parametrize(
    ("clock_change", "begins", "ends"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, 0, tzinfo=UTC)),
    ],
)
def test_the_first_instant_of_a_period_belongs_to_it_and_the_last_does_too(clock_change, begins, ends):
    book, instant = make_book(), timedelta(microseconds=1)
    day = Period(clock_change, clock_change)
    for quantity, at in ((1, begins - instant), (10, begins), (100, ends - instant), (1000, ends)):
        sell_many(book, 1, at=at, quantity=quantity)

    assert copies_sold(day) == all_say(110)


def test_adjoining_periods_share_nothing_and_lose_nothing():
    book = make_book()
    sell_many(book, 200, at=lambda place: datetime(2026, 3, 20, tzinfo=UTC) + place * timedelta(hours=3))
    spring = [date(2026, 3, 20) + timedelta(days=day) for day in range(26)]

    assert sum(ask("period_figures", Period(day, day)).rows[0].copies for day in spring) == 200


def test_hundreds_of_prices_that_binary_cannot_write_sum_to_the_penny():
    sell_many(make_book(price="9.99"), 502)

    figures = ask("period_figures").rows[0]
    (author,) = ask("author_revenue", sort="revenue").rows
    customers = ask("customer_purchases", sort="spent").rows
    assert figures.books == author.revenue == Decimal("5014.98")
    assert sum(row.spent for row in customers) == Decimal("5014.98")


def test_amounts_are_decimals_with_two_places_and_counts_are_whole_numbers():
    sell((make_book(price="10.00"), 2))

    figures = ask("period_figures").rows[0]
    assert repr(figures.books) == "Decimal('20.00')"
    assert repr(figures.delivery) == "Decimal('3.50')"
    assert [repr(figures.orders), repr(figures.copies)] == ["1", "2"]


def test_a_period_without_sales_has_figures_of_nothing():
    figures = ask("period_figures").rows[0]

    assert repr(figures.books) == repr(figures.unnamed_books) == "Decimal('0.00')"
    assert (figures.orders, figures.copies, figures.unnamed_orders, figures.unnamed_copies) == (0, 0, 0, 0)
