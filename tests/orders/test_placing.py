"""Placing an order: what it does, what it refuses, and that a refusal leaves no trace."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save

from inventory.models import RestockAlert, Stock, StockMovement
from shop.models import Book, Contributor, LineCredit, Order, OrderEvent, OrderLine
from shop.orders.placing import CartChanged, Details, place_order
from shop.signals import InsufficientStock, order_placed
from tests.makers import ADDRESS, make_book, make_cart, make_user

pytestmark = pytest.mark.django_db

DETAILS = Details(email="ada@example.com", delivery_method="standard", address=ADDRESS)


def place(cart, **changes):
    arguments = {"customer": None, "details": DETAILS, "checkout_key": cart.checkout_key}
    return place_order(cart=cart, **(arguments | changes))


def stock_of(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated


def nothing_was_written():
    return not any(model.objects.exists() for model in (Order, OrderLine, OrderEvent, LineCredit))


def test_an_order_keeps_what_was_sold_and_promises_the_copies():
    book = make_book("Lavinia", price="8.99", stock=20)
    other = make_book("Malafrena", price="12.50", stock=20)
    cart = make_cart((book, 3), other)

    order = place(cart)

    assert order.status == Order.Status.PLACED
    assert (order.items_total, order.shipping, order.total) == (
        Decimal("39.47"),
        Decimal("3.50"),
        Decimal("42.97"),
    )
    assert order.currency == "GBP"
    assert order.recipient == "Ada Reader" and order.country.code == "GB"
    assert list(order.lines.values_list("isbn", "title", "byline", "quantity", "unit_price", "total")) == [
        (book.isbn, "Lavinia", "Ursula K. Le Guin", 3, Decimal("8.99"), Decimal("26.97")),
        (other.isbn, "Malafrena", "Ursula K. Le Guin", 1, Decimal("12.50"), Decimal("12.50")),
    ]
    assert stock_of(book) == (20, 3) and stock_of(other) == (20, 1)
    assert order.events.get().what == Order.Status.PLACED
    # Copies leave the building when they are dispatched, not now.
    assert not StockMovement.objects.exclude(kind=StockMovement.Kind.OPENING).exists()


def test_the_cart_is_empty_afterwards_and_ready_for_another_checkout():
    cart = make_cart(make_book())
    key = cart.checkout_key

    place(cart)

    cart.refresh_from_db()
    assert not cart.lines.exists()
    assert cart.checkout_key != key


def test_the_same_key_again_gives_the_order_it_made():
    book = make_book(stock=20)
    cart = make_cart(book)
    order = place(cart)
    cart.lines.create(book=book, quantity=1, unit_price=book.price)

    again = place(cart, checkout_key=order.checkout_key)

    assert again == order
    assert Order.objects.count() == 1
    assert stock_of(book) == (20, 1)
    assert cart.lines.count() == 1


def test_a_key_that_is_not_the_carts_places_nothing():
    cart = make_cart(make_book())

    with pytest.raises(CartChanged):
        place(cart, checkout_key=uuid4())

    assert nothing_was_written()


def test_an_empty_cart_places_nothing():
    with pytest.raises(CartChanged):
        place(make_cart())

    assert nothing_was_written()


def test_a_book_added_while_the_order_is_placed_stays_in_the_cart():
    cart, late = make_cart(make_book()), make_book("Late")

    def add_meanwhile(**kwargs):
        cart.lines.create(book=late, quantity=1, unit_price=late.price)

    pre_save.connect(add_meanwhile, sender=Order)
    try:
        order = place(cart)
    finally:
        pre_save.disconnect(add_meanwhile, sender=Order)

    assert order.lines.count() == 1
    assert cart.lines.get().book == late


def test_a_price_that_changed_since_it_was_shown_places_nothing():
    book = make_book(price="9.99")
    cart = make_cart(book)
    Book.objects.update(price=Decimal("10.99"))

    with pytest.raises(CartChanged):
        place(cart)

    assert nothing_was_written()
    assert cart.lines.get().unit_price == Decimal("9.99")


def test_a_book_taken_off_sale_places_nothing():
    cart = make_cart(make_book())
    Book.objects.update(on_sale=False)

    with pytest.raises(CartChanged):
        place(cart)

    assert nothing_was_written()


def test_missing_copies_undo_everything_and_are_named_line_by_line():
    plenty, short, gone = (
        make_book("Plenty", stock=20),
        make_book("Short", stock=2),
        make_book("Gone", stock=0),
    )
    cart = make_cart((plenty, 3), (short, 3), gone)

    with pytest.raises(InsufficientStock) as refused:
        place(cart)

    assert [(s.book_id, s.requested, s.available) for s in refused.value.shortages] == [
        (short.pk, 3, 2),
        (gone.pk, 1, 0),
    ]
    assert nothing_was_written()
    assert stock_of(plenty) == (20, 0) and stock_of(short) == (2, 0) and stock_of(gone) == (0, 0)
    assert cart.lines.count() == 3
    cart_key = cart.checkout_key
    cart.refresh_from_db()
    assert cart.checkout_key == cart_key


def test_whatever_a_receiver_raises_undoes_the_order():
    def veto(**kwargs):
        raise RuntimeError("no")

    book = make_book(stock=20)
    cart = make_cart(book)
    order_placed.connect(veto)
    try:
        with pytest.raises(RuntimeError):
            place(cart)
    finally:
        order_placed.disconnect(veto)

    assert nothing_was_written()
    assert stock_of(book) == (20, 0)


def test_an_order_that_takes_a_book_below_its_threshold_raises_one_alert():
    book = make_book(stock=12)

    place(make_cart((book, 2)))
    assert not RestockAlert.objects.exists()

    place(make_cart((book, 1)))
    place(make_cart((book, 1)))
    assert RestockAlert.objects.get().available == 9


def test_a_collected_order_costs_no_delivery():
    order = place(make_cart(make_book(price="9.99")), details=Details("ada@example.com", "collection"))

    assert order.shipping == 0
    assert order.total == Decimal("9.99")
    assert order.country.code == "" or order.country.code is None


def test_what_a_line_earned_is_shared_among_the_authors_to_the_penny():
    book = make_book("Three hands", authors=("Ann A", "Ben B", "Cam C"), price="10.00")

    order = place(make_cart(book))

    credits = list(LineCredit.objects.filter(line__order=order).values_list("name", "amount"))
    assert credits == [("Ann A", Decimal("3.34")), ("Ben B", Decimal("3.33")), ("Cam C", Decimal("3.33"))]


def test_an_edited_anthology_earns_for_its_editors_and_an_unsigned_book_for_nobody():
    anthology = make_book("Anthology", authors=(), price="9.00")
    anthology.contributions.create(
        contributor=Contributor.objects.create(name="Ed Itor"), role="B01", position=1
    )
    unsigned = make_book("Beowulf", authors=(), price="5.00")

    order = place(make_cart(anthology, unsigned))

    assert list(
        LineCredit.objects.filter(line__order=order).values_list("name", "contributor__name", "amount")
    ) == [("Ed Itor", "Ed Itor", Decimal("9.00")), ("", None, Decimal("5.00"))]


def test_editing_the_book_later_changes_no_history():
    book = make_book("First title", price="9.99")
    order = place(make_cart(book))

    Book.objects.update(title="Second title", price=Decimal("99.99"))

    line = order.lines.get()
    assert (line.title, line.unit_price, line.total) == ("First title", Decimal("9.99"), Decimal("9.99"))


@pytest.mark.django_db(transaction=True)
def test_the_confirmation_is_mailed_once_the_order_is_committed():
    order = place(make_cart((make_book("The Telling"), 2)), customer=None)

    message = mail.outbox[0]
    assert message.to == ["ada@example.com"]
    assert order.number in message.subject
    assert "2 x The Telling" in message.body
    assert f"/orders/{order.token}/" in message.body
    assert "£23.48" in message.body


@pytest.mark.django_db(transaction=True)
def test_no_confirmation_is_mailed_for_an_order_that_was_refused():
    with pytest.raises(InsufficientStock):
        place(make_cart(make_book(stock=0)))

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_does_not_undo_the_order(settings):
    settings.EMAIL_BACKEND = "nowhere.Backend"

    order = place(make_cart(make_book()))

    assert Order.objects.get() == order


def test_with_a_worker_the_confirmation_is_a_row_of_the_same_transaction(settings):
    from django_q.models import OrmQ

    settings.TASKS_NEED_WORKER = True

    place(make_cart(make_book()))
    with pytest.raises(InsufficientStock):
        place(make_cart(make_book(stock=0)))

    assert OrmQ.objects.count() == 1


def test_order_numbers_tell_nothing_about_volume():
    orders = [place(make_cart(make_book())) for _ in range(5)]

    numbers = [order.number for order in orders]
    # Neither counted up nor made of the primary key: one in 32 first letters alike, not all.
    assert len({number[:3] for number in numbers}) > 1
    assert all(len(order.token) == 32 for order in orders)
    assert len({order.token for order in orders}) == 5


def test_an_order_belongs_to_the_customer_who_placed_it():
    ada = make_user()

    order = place(make_cart(make_book(), user=ada), customer=ada)

    assert order.customer == ada
    assert order.events.get().actor == ada


@pytest.mark.parametrize(
    "change", [{"total": Decimal("1.00")}, {"shipping": Decimal("-1.00")}, {"items_total": Decimal("0.01")}]
)
def test_the_database_refuses_totals_that_do_not_add_up(change):
    order = place(make_cart(make_book()))

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def test_the_database_adds_up_as_people_do():
    # In binary floating point 3 x 9.99 is not 29.97: the constraints must not care.
    for price in ("9.99", "0.10", "0.07", "1.15", "19.98", "99999.99"):
        order = place(make_cart((make_book(price=price), 3)))
        assert order.items_total == Decimal(price) * 3
