"""The queries find a period's orders by an index, however many orders there are."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from reports import queries
from reports.periods import Period
from shop.models import Order
from tests.makers import make_book
from tests.reports.sales import sell_many

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def two_years_of_orders(transactional_db):
    """3,000 orders, about a hundred and twenty of them in March, and a database that has looked at them."""
    for number in range(30):
        first = datetime(2024, 12, 1, 5, tzinfo=UTC) + number * timedelta(hours=5)
        sell_many(make_book(), 100, at=lambda week, first=first: first + week * timedelta(days=7))
    with connection.cursor() as cursor:  # else MariaDB plans with what it counted some rows ago
        tables = "" if connection.vendor == "sqlite" else "TABLE shop_order, shop_orderline, shop_book"
        cursor.execute(f"ANALYZE {tables}")


def index_for_orders(name: str, table: str = "o", **values: Any) -> str | None:
    """The index by which the database looks up orders (o), or refunds (r), in a query, as its EXPLAIN says."""
    statement, parameters = queries.load(name)
    given = {parameter: queries.to_database((MARCH.bounds | values)[parameter]) for parameter in parameters}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plan = "\n".join(step[-1] for step in cursor.fetchall())
            found = re.search(rf"SEARCH {table} USING (?:COVERING )?INDEX (\w+)", plan)
            return found[1] if found else None
        cursor.execute(f"EXPLAIN {statement}", given)
        columns = [column[0] for column in cursor.description]
        steps = [dict(zip(columns, step, strict=True)) for step in cursor.fetchall()]
        return next(step["key"] for step in steps if step["table"] == table)


def test_a_months_orders_are_found_by_an_index(two_years_of_orders):
    number = Order.objects.values_list("number", flat=True)[0]

    assert index_for_orders("period_figures") == "shop_order_by_paid"
    assert index_for_orders("period_figures", table="r") == "shop_refund_by_created"
    assert index_for_orders("customer_purchases", sort="copies") == "shop_order_by_paid"
    assert index_for_orders("author_revenue", sort="revenue") == "shop_order_by_paid"
    assert index_for_orders("popular_books", sort="orders", more_than=10) == "shop_order_by_status"
    assert index_for_orders("customer_orders", customer=number) == "shop_order_by_paid"
