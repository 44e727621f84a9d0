"""Invoices: one for each paid order, numbered without gaps, kept as issued; and the pages on which they are printed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from shop.models import Invoice, NumberSeries, Order, User
from shop.orders.invoicing import NotPaid, issue_invoice
from shop.orders.papers import read
from shop.orders.personal_data import orders_of
from shop.personal_data import account_erased
from tests.makers import (
    make_administrator,
    make_book,
    make_dispatched_order,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
    pay,
)

pytestmark = pytest.mark.django_db

PRINT = reverse("admin:shop_invoice_print")


@pytest.fixture(autouse=True)
def seller(settings):
    settings.SHOP_LEGAL_NAME = "Endpaper Books Ltd"
    settings.SHOP_ADDRESS = "1 Paternoster Row | London | EC4M 7DX"
    settings.SHOP_VAT_NUMBER = "GB980780684"
    settings.SHOP_REGISTRATION = "Registered in England and Wales, no. 01234567"


def last_number() -> int:
    return NumberSeries.objects.filter(name=NumberSeries.INVOICES).values_list("last", flat=True).first() or 0


def invoice_page(client, order: Order) -> str:
    return client.get(reverse("orders:invoice", args=[order.token])).content.decode()


def test_an_order_has_its_invoice_as_soon_as_it_is_paid(django_capture_on_commit_callbacks):
    order = make_order()
    with django_capture_on_commit_callbacks(execute=True):
        pay(order)

    assert Invoice.objects.get(order=order).number == 1


def test_the_next_order_has_the_next_number():
    numbers = [issue_invoice(order_id=make_paid_order().pk).number for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert last_number() == 3


def test_an_order_has_one_invoice_however_often_it_is_asked_for():
    order = make_paid_order()

    assert issue_invoice(order_id=order.pk) == issue_invoice(order_id=order.pk)
    assert (Invoice.objects.count(), last_number()) == (1, 1)


def test_an_order_that_nobody_has_paid_has_none_and_takes_no_number():
    with pytest.raises(NotPaid):
        issue_invoice(order_id=make_order().pk)

    assert (Invoice.objects.count(), last_number()) == (0, 0)


def test_what_fails_after_the_number_is_taken_leaves_no_gap(monkeypatch):
    issue_invoice(order_id=make_paid_order().pk)
    order = make_paid_order()
    with monkeypatch.context() as patched:

        def fail(**fields):
            raise RuntimeError("the server dies")

        patched.setattr(Invoice.objects, "create", fail)
        with pytest.raises(RuntimeError):
            issue_invoice(order_id=order.pk)

    assert last_number() == 1
    assert issue_invoice(order_id=order.pk).number == 2


def test_the_database_refuses_a_number_twice():
    first = issue_invoice(order_id=make_paid_order().pk)

    with pytest.raises(IntegrityError):
        Invoice.objects.create(order=make_paid_order(), number=first.number)


def test_it_says_who_sold_what_to_whom_at_which_rates():
    book = make_book("The Dispossessed", price="9.99")
    audio = make_book("The Tombs of Atuan", price="12.00", format="AC")
    order = make_paid_order((book, 2), audio)

    paper = read(issue_invoice(order_id=order.pk).contents)

    assert paper.number == "INV-000001"
    assert paper.seller.name == "Endpaper Books Ltd"
    assert paper.seller.address == ["1 Paternoster Row", "London", "EC4M 7DX"]
    assert paper.seller.vat_number == "GB980780684"
    assert paper.buyer == ["Ada Reader", "1 Paternoster Row", "London", "EC4M 7DX", "United Kingdom"]
    assert [(line.title, line.quantity, line.total, line.tax_rate) for line in paper.lines] == [
        ("The Dispossessed", 2, Decimal("19.98"), 0),
        ("The Tombs of Atuan", 1, Decimal("12.00"), 20),
    ]
    assert (paper.total, paper.tax) == (order.total, order.tax)
    assert [part.rate for part in paper.by_rate] == [20, 0]
    assert sum(part.gross for part in paper.by_rate) == order.total
    assert sum(part.tax for part in paper.by_rate) == order.tax
    assert paper.payment == "Card"


def test_its_discount_is_within_its_sums():
    order = make_paid_order((make_book(price="10.00"), 2))
    line = order.lines.get()
    order.lines.update(discount="4.00")
    Order.objects.filter(pk=order.pk).update(discount="4.00", total=order.total - 4)

    paper = read(issue_invoice(order_id=order.pk).contents)

    assert line.total + paper.shipping - paper.discount == paper.total
    assert sum(part.gross for part in paper.by_rate) == paper.total


def test_it_stays_as_it_was_issued(settings):
    order = make_paid_order()
    before = issue_invoice(order_id=order.pk).contents

    settings.SHOP_LEGAL_NAME = "Somebody Else Ltd"
    settings.INVOICE_PREFIX = "2027-"
    order.lines.update(title="Another title")
    Order.objects.filter(pk=order.pk).update(recipient="Somebody Else")

    assert issue_invoice(order_id=order.pk).contents == before


def test_what_is_kept_reads_as_what_was_written():
    paper = read(issue_invoice(order_id=make_paid_order().pk).contents)

    assert read(paper.contents()) == paper


def test_the_law_keeps_it_when_the_customer_leaves():
    customer = make_user(name="Ada Reader")
    order = make_dispatched_order(customer=customer)
    invoice = issue_invoice(order_id=order.pk)

    account_erased.send(sender=User, user=customer, at=order.placed_at)

    invoice.refresh_from_db()
    assert invoice.contents["buyer"][0] == "Ada Reader"
    order.refresh_from_db()
    assert order.recipient == ""


def test_who_asks_for_all_that_the_shop_knows_is_told_of_it():
    customer = make_user(name="Ada Reader")
    paid, placed = make_paid_order(customer=customer), make_order(customer=customer)
    issue_invoice(order_id=paid.pk)

    told = {order["number"]: order["invoice"] for order in orders_of(customer)}
    assert (told[paid.number]["number"], told[paid.number]["buyer"][0]) == ("INV-000001", "Ada Reader")
    assert told[placed.number] is None


# --- What the customer sees


def test_a_guest_prints_it_from_the_orders_page(client):
    order = make_paid_order((make_book("The Dispossessed"), 2))

    assert reverse("orders:invoice", args=[order.token]) in client.get(order.page_address()).content.decode()
    page = invoice_page(client, order)
    for words in (
        "INV-000001",
        "The Dispossessed",
        "VAT no. GB980780684",
        "Ada Reader",
        "£23.48",
        order.number,
    ):
        assert words in page


def test_before_it_is_paid_there_is_none_to_see(client):
    order = make_order()

    assert "/invoice/" not in client.get(order.page_address()).content.decode()
    response = client.get(reverse("orders:invoice", args=[order.token]), follow=True)
    assert "has not been paid" in response.content.decode()
    assert not Invoice.objects.exists()


def test_what_was_collected_is_invoiced_to_nobody_in_particular(client):
    order = make_paid_order(delivery_method="collection")

    assert "Collect from the shop" in invoice_page(client, order)


def test_titles_and_names_are_text_on_it(client):
    order = make_paid_order(make_book("<script>alert(1)</script>"), recipient="<b>Ada</b>")

    page = invoice_page(client, order)
    assert "<script>alert" not in page and "<b>Ada" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_costs_the_same_for_any_number_of_lines(client, django_assert_num_queries):
    for lines in (5, 50):
        order = make_paid_order(*(make_book(f"Book {number}") for number in range(lines)))
        issue_invoice(order_id=order.pk)
        with django_assert_num_queries(4):  # two of them begin and end a transaction
            invoice_page(client, order)


# --- What staff see


def test_stock_keepers_print_many_at_once_each_on_its_own_sheet(client):
    client.force_login(make_stock_keeper())
    paid = [make_paid_order() for _ in range(3)]
    unpaid = make_order()
    chosen = [*paid, unpaid]

    page = client.get(f"{PRINT}?orders={','.join(str(order.pk) for order in chosen)}").content.decode()

    assert page.count('class="sheet"') == 3
    assert "3 invoices" in page
    assert "without an invoice" in page and unpaid.number in page
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_printing_again_issues_none_and_asks_once_for_all(client, django_assert_num_queries):
    client.force_login(make_stock_keeper())
    for orders in (5, 50):
        keys = [make_paid_order().pk for _ in range(orders)]
        address = f"{PRINT}?orders={','.join(map(str, keys))}"
        client.get(address)
        with django_assert_num_queries(6):
            client.get(address)
    assert last_number() == 55


def test_the_list_finds_an_invoice_by_its_number_and_leads_to_its_sheet(client):
    client.force_login(make_administrator())
    orders = [make_paid_order(number=number) for number in ("AAAAA-AAAAA", "BBBBB-BBBBB")]
    invoices = [issue_invoice(order_id=order.pk) for order in orders]

    page = client.get(reverse("admin:shop_invoice_changelist") + "?q=2").content.decode()
    assert "INV-000002" in page and "INV-000001" not in page
    response = client.post(
        reverse("admin:shop_invoice_changelist"),
        {"action": "print_chosen", "_selected_action": [invoice.pk for invoice in invoices]},
        follow=True,
    )
    assert response.content.decode().count('class="sheet"') == 2
    page = client.get(reverse("admin:shop_invoice_change", args=[invoices[0].pk])).content.decode()
    assert f"{PRINT}?orders={invoices[0].order_id}" in page


def test_the_list_costs_the_same_for_any_number_of_invoices(client, django_assert_num_queries):
    client.force_login(make_administrator())
    for invoices in (5, 50):
        for _ in range(invoices):
            issue_invoice(order_id=make_paid_order().pk)
        with django_assert_num_queries(4):
            client.get(reverse("admin:shop_invoice_changelist"))
