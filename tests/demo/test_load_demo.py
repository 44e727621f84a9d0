"""The demo shop: a plausible one, the same whenever it is loaded, and never over somebody's own."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max, Min, Q, Sum
from django.test import TestCase
from django.utils import timezone

from inventory.models import RestockAlert, Stock, StockMovement
from shop.catalogue.models import BookText, StaffPick
from shop.demo import books, loading, people
from shop.demo.history import Historian
from shop.demo.planning import DAYS, What, plan
from shop.models import (
    Book,
    CreditNote,
    Invoice,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
    Publisher,
    Refund,
    Return,
    Series,
    Shipment,
    Subject,
    User,
    Work,
)
from tests.makers import make_book

OPENED = datetime(2025, 5, 24, 10, tzinfo=UTC)


def load_demo(**options):
    out = StringIO()
    call_command("load_demo", yes_on_this_server=True, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def check_stock():
    out = StringIO()
    call_command("check_stock", stdout=out)
    return out.getvalue()


def planned(opened=OPENED, days=DAYS):
    random = Random("people")
    customers = [people.reader(random, opened), *people.customers(random, opened)]
    return plan(opened=opened, days=days, copies=books.opening_copies(books.read()), customers=customers)


def placed(chapters):
    return [event for chapter in chapters for event in chapter.events if event.what is What.PLACED]


class TheDemoShop(TestCase):
    """Loaded once for all of these, which only look."""

    @classmethod
    def setUpTestData(cls):
        cls.said = load_demo(url="http://127.0.0.1:8123/")

    def test_shows_at_least_150_books_in_a_tree_of_subjects(self):
        assert Book.objects.count() >= 150
        assert not Book.objects.filter(Q(byline="") | Q(search_text="") | Q(main_subject=None)).exists()
        assert Book.objects.filter(description="").count() == 0
        assert Subject.objects.filter(parent=None).count() > 3
        assert Subject.objects.exclude(parent=None).count() > 10

    def test_has_works_with_editions_of_which_lists_show_one(self):
        assert Work.objects.count() >= 25
        for work in Work.objects.all():
            editions = list(work.editions.all())
            assert len(editions) >= 2, work
            assert sum(book.listed for book in editions) == 1, work
        stone = Book.objects.get(isbn="9780590353427")
        assert stone.listed
        assert {book.format_name for book in stone.work.editions.all()} == {
            *["Paperback", "Hardback", "Large print", "Audio CD"]
        }

    def test_has_books_that_are_yet_to_come_one_of_them_under_embargo(self):
        coming = Book.objects.forthcoming()
        assert coming.count() >= 6
        days = {(book.may_be_dispatched_from - timezone.localdate()).days for book in coming}
        assert min(days) >= 30 and max(days) <= 200
        assert coming.filter(embargo_date__gt=F("publication_date")).count() == 1
        assert not OrderLine.objects.filter(book__in=coming).exists()

    def test_has_words_of_the_booksellers_beside_the_books(self):
        assert StaffPick.objects.count() >= 6
        assert not StaffPick.objects.filter(Q(note="") | Q(added_at__gt=timezone.now())).exists()
        assert BookText.objects.filter(text_type="04").exists()
        assert Series.objects.exclude(description="").count() >= 10
        assert Publisher.objects.exclude(description="").count() >= 10

    def test_has_eighteen_months_of_orders_that_end_now(self):
        span = Order.objects.aggregate(first=Min("placed_at"), last=Max("placed_at"), number=Count("pk"))
        now = timezone.now()
        assert now - timedelta(days=DAYS) < span["first"] < now - timedelta(days=DAYS - 7)
        assert now - timedelta(days=2) < span["last"] < now
        assert 750 < span["number"] < 1_200
        months = Counter(at.strftime("%Y-%m") for at in Order.objects.values_list("placed_at", flat=True))
        (december,) = [month for month in months if month.endswith("-12") and months[month] > 20][:1]
        assert months[december] > 1.4 * sum(months.values()) / len(months)

    def test_has_some_of_every_kind_of_order(self):
        statuses = Counter(Order.objects.values_list("status", flat=True))
        left = statuses["dispatched"] + statuses["delivered"] + statuses["returned"]
        assert left > 0.85 * sum(statuses.values())
        assert set(statuses) >= set(Order.Status.values) - {"placed", "part_dispatched"}
        assert statuses["paid"] >= 3
        assert statuses["cancelled"] > 10
        assert statuses["expired"] > 10
        by_customers = Order.objects.exclude(customer=None)
        assert 0.5 < by_customers.count() / Order.objects.count() < 0.9
        assert Order.objects.filter(delivery_method="collection").count() > 80
        sizes = Counter(OrderLine.objects.values("order").annotate(n=Count("pk")).values_list("n", flat=True))
        assert {1, 2, 3, 4, 5} <= set(sizes)

    def test_sells_a_few_books_often_and_many_seldom(self):
        sold = sorted(
            OrderLine.objects.values("book").annotate(n=Sum("quantity")).values_list("n", flat=True),
            reverse=True,
        )
        assert sum(sold[: len(sold) // 5]) > 0.4 * sum(sold)
        assert sum(copies > 10 for copies in sold) > 20

    def test_has_its_stock_in_order_with_some_books_low_and_a_few_gone(self):
        assert "Stock is in order" in check_stock()
        published = Book.objects.exclude(pk__in=Book.objects.forthcoming())
        assert 6 <= RestockAlert.objects.open().filter(book__in=published).count() <= 16
        assert 1 <= Stock.objects.out().filter(book__in=published).count() <= 8
        assert RestockAlert.objects.filter(status="resolved").count() > 50
        assert set(StockMovement.objects.values_list("kind", flat=True)) == {
            "opening",
            "received",
            "dispatched",
            "returned",
        }

    def test_has_every_book_that_is_published_on_a_shelf(self):
        published = Stock.objects.exclude(book__in=Book.objects.forthcoming())
        assert set(published.filter(shelf="")) == set()
        assert 20 < published.values("shelf").distinct().count() < 80

    def test_has_been_paid_what_it_sold_and_has_given_back_what_it_cancelled(self):
        succeeded = Payment.objects.filter(status="succeeded")
        settled = Order.objects.filter(status__in=Order.BOUGHT)
        assert settled.filter(payments__in=succeeded).distinct().count() == settled.count()
        assert not succeeded.exclude(amount=F("order__total")).exists()
        assert (
            not Order.objects.annotate(n=Count("payments", filter=Q(payments__status="succeeded")))
            .filter(n__gt=1)
            .exists()
        )
        cancelled = succeeded.exclude(order__in=settled)
        assert set(cancelled.values_list("order__status", flat=True)) == {"cancelled"}
        assert not cancelled.exclude(refunded=F("amount")).exists()
        assert set(Refund.objects.values_list("status", flat=True)) == {"done"}
        given_back = Refund.objects.values("payment").annotate(total=Sum("amount"))
        sums = {row["payment"]: round(row["total"], 2) for row in given_back}
        assert sums == dict(Payment.objects.exclude(refunded=0).values_list("pk", "refunded"))
        told = OrderEvent.objects.filter(what="refunded").order_by("order", "at").values_list("order", "at")
        assert list(told) == list(
            Refund.objects.order_by("payment__order", "created_at").values_list(
                "payment__order", "created_at"
            )
        )

    def test_has_parcels_to_follow_some_orders_in_two_parts_and_books_that_came_back(self):
        sent = Order.objects.filter(delivery_method="standard", status__in=["dispatched", "delivered"])
        assert not sent.exclude(shipments__carrier__gt="").exists()
        assert Shipment.objects.exclude(tracking="").count() > 0.5 * sent.count()
        assert Order.objects.annotate(n=Count("shipments")).filter(n=2).count() > 10
        assert set(Return.objects.values_list("status", flat=True)) == {"asked", "received", "refused"}
        reader = Return.objects.filter(order__customer__email=people.READER)
        assert reader.filter(asked_at__gt=timezone.now() - timedelta(days=8)).exists()

    def test_has_orders_by_telephone_and_some_that_went_abroad(self):
        by_phone = Order.objects.filter(channel="phone")
        assert by_phone.count() > 20
        keeper = User.objects.get(email=people.STOCK_KEEPER)
        placed = OrderEvent.objects.filter(what="placed", order__in=by_phone)
        assert set(placed.values_list("actor", flat=True)) == {keeper.pk}
        assert {"GB", "IE", "DE"} <= set(Order.objects.values_list("country", flat=True))
        assert not Order.objects.filter(delivery_method="standard", shipping_method=None).exists()

    def test_has_an_invoice_of_the_day_for_all_that_was_paid_numbered_as_it_was(self):
        paid = Order.objects.filter(paid_at__isnull=False).order_by("paid_at")
        invoices = list(Invoice.objects.order_by("number").select_related("order"))
        assert [invoice.number for invoice in invoices] == list(range(1, paid.count() + 1))
        assert [invoice.order for invoice in invoices] == list(paid)
        assert all(invoice.issued_at == invoice.order.paid_at for invoice in invoices)
        assert CreditNote.objects.count() == Refund.objects.count()

    def test_knows_no_future(self):
        now = timezone.now()
        for model, at in [
            (Order, "placed_at"),
            (Order, "paid_at"),
            (Order, "dispatched_at"),
            (OrderEvent, "at"),
            (Payment, "settled_at"),
            (Refund, "done_at"),
            (Shipment, "delivered_at"),
            (Return, "closed_at"),
            (Invoice, "issued_at"),
            (CreditNote, "issued_at"),
            (StockMovement, "at"),
            (RestockAlert, "raised_at"),
            (RestockAlert, "resolved_at"),
            (User, "date_joined"),
        ]:
            assert not model.objects.filter(**{f"{at}__gt": now}).exists(), (model, at)
        assert not Order.objects.filter(paid_at__lt=F("placed_at")).exists()
        assert not Order.objects.filter(dispatched_at__lt=F("paid_at")).exists()
        assert not Order.objects.overdue().exists()

    def test_gives_every_report_something_to_say(self):
        for report in ["customer_purchases", "author_revenue", "popular_books"]:
            out = StringIO()
            call_command("report", report, format="csv", stdout=out)
            assert len(out.getvalue().splitlines()) > 5, report

    def test_writes_to_nobody(self):
        assert mail.outbox == []

    def test_lets_its_four_people_in_and_nobody_else(self):
        users = {email: authenticate(username=email, password=people.PASSWORD) for email in people.ROLES}
        assert all(users.values())
        assert users[people.STOCK_KEEPER].is_staff
        assert list(users[people.STOCK_KEEPER].groups.values_list("name", flat=True)) == ["Stock keepers"]
        assert list(users[people.MANAGER].groups.values_list("name", flat=True)) == ["Managers"]
        assert users[people.MANAGER].has_perm("reports.view_reports")
        assert users[people.ADMINISTRATOR].is_superuser
        assert [user.is_superuser for user in User.objects.exclude(email=people.ADMINISTRATOR)].count(
            True
        ) == 0
        others = User.objects.exclude(email__in=people.ROLES)
        assert others.count() == 60
        assert not any(user.has_usable_password() for user in others)

    def test_has_an_order_on_its_way_to_the_reader(self):
        orders = Order.objects.filter(customer__email=people.READER)
        assert orders.count() > 5
        assert orders.filter(placed_at__gt=timezone.now() - timedelta(days=3)).exists()

    def test_tells_where_it_is_and_how_to_log_in(self):
        for words in [
            "http://127.0.0.1:8123/",
            "http://127.0.0.1:8123/admin/",
            people.PASSWORD,
            *people.ROLES,
        ]:
            assert words in self.said

    def test_is_not_loaded_twice(self):
        before = [model.objects.count() for model in (Book, Order, OrderEvent, Payment, StockMovement, User)]
        with self.assertNumQueries(2):
            said = load_demo(url="http://127.0.0.1:8123")
        assert said == self.said
        assert before == [
            model.objects.count() for model in (Book, Order, OrderEvent, Payment, StockMovement, User)
        ]


def test_the_same_moment_has_always_the_same_history():
    assert planned() == planned()
    assert len(placed(planned())) > 750
    assert planned() != planned(OPENED + timedelta(days=1))


def test_no_order_is_planned_for_more_copies_than_there_are():
    available = Counter(books.opening_copies(books.read()))
    for chapter in planned():
        available.update(chapter.delivery)
        for event in chapter.events:
            if event.what is What.PLACED:
                available.subtract(event.order.copies)
            elif event.what in (What.CANCELLED, What.EXPIRED):
                available.update(event.order.copies)
            elif event.what is What.RETURNED:
                available.update(event.order.returned)
            assert min(available.values()) >= 0


@pytest.mark.parametrize("days_ago", range(0, 365, 30))
def test_whatever_the_season_some_books_are_low_and_a_few_are_gone(days_ago):
    available = Counter(books.opening_copies(books.read()))
    for chapter in planned(OPENED - timedelta(days=days_ago)):
        available.update(chapter.delivery)
        for event in chapter.events:
            if event.what is What.PLACED:
                available.subtract(event.order.copies)
            elif event.what in (What.CANCELLED, What.EXPIRED):
                available.update(event.order.copies)
            elif event.what is What.RETURNED:
                available.update(event.order.returned)
    assert 6 <= sum(copies < 10 for copies in available.values()) <= 16
    assert 1 <= sum(copies == 0 for copies in available.values()) <= 8


def test_loading_that_was_interrupted_goes_on_where_it_stopped(db, monkeypatch):
    tell = Historian.tell
    told = []

    def tell_two(historian, chapter):
        if len(told) == 2:
            raise KeyboardInterrupt
        told.append(chapter)
        tell(historian, chapter)

    monkeypatch.setattr(Historian, "tell", tell_two)
    with pytest.raises(KeyboardInterrupt):
        loading.load(days=50)
    assert not loading.is_loaded()
    assert Order.objects.count() == len(placed(told)) > 0
    opened = loading.opened_at()

    monkeypatch.setattr(Historian, "tell", tell)
    loading.load(days=50)
    assert loading.is_loaded()
    assert loading.opened_at() == opened
    whole = placed(planned(opened, days=50))
    assert set(Order.objects.values_list("checkout_key", flat=True)) == {event.order.key for event in whole}
    assert "Stock is in order" in check_stock()


def test_an_interrupted_command_says_that_it_can_be_run_again(db, monkeypatch):
    def interrupt(**options):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load", interrupt)
    with pytest.raises(CommandError, match="Run it again"):
        load_demo()


def test_a_shop_with_books_of_its_own_is_left_alone(db):
    make_book()
    with pytest.raises(CommandError, match="books of its own"):
        load_demo()
    assert "books of its own" in load_demo(if_empty=True)
    assert Book.objects.count() == 1
    assert not User.objects.exists()


def test_a_server_gets_the_demo_only_when_that_is_said(db):
    with pytest.raises(CommandError, match="--yes-on-this-server"):
        call_command("load_demo")
    assert not Book.objects.exists()
