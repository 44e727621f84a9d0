"""Copies received, counts put right, thresholds: each does what it says and moves nothing else."""

import pytest

from inventory.models import Delivery, DeliveryDiffers, RestockAlert, Stock, StockMovement
from inventory.stocking import NotEnoughCopies, StockMoved, adjust_copies, receive_copies, set_threshold
from tests.makers import make_book, make_order, make_stock_keeper

pytestmark = pytest.mark.django_db


def levels(*books):
    """What is on hand and allocated of each book."""
    rows = Stock.objects.in_bulk([book.pk for book in books])
    return [(rows[book.pk].on_hand, rows[book.pk].allocated) for book in books]


def test_received_copies_are_on_hand_with_who_and_why_in_the_ledger():
    keeper = make_stock_keeper()
    book, other = make_book(stock=3), make_book(stock=4)
    before = StockMovement.objects.count()

    assert receive_copies(quantities={book.pk: 5}, actor=keeper, reason="Autumn", reference="DN-7")

    assert levels(book, other) == [(8, 0), (4, 0)]
    assert StockMovement.objects.count() == before + 1
    movement = StockMovement.objects.filter(book=book).first()
    assert (movement.kind, movement.quantity) == ("received", 5)
    assert (movement.actor, movement.reason, movement.reference) == (keeper, "Autumn", "DN-7")


def test_receiving_leaves_what_is_promised_as_it_is():
    book = make_book(stock=5)
    make_order((book, 4))

    receive_copies(quantities={book.pk: 1}, actor=None)

    assert levels(book) == [(6, 4)]


def test_a_delivery_goes_in_whole_or_not_at_all():
    book = make_book(stock=3)
    missing = book.pk + 1000

    with pytest.raises(Exception):  # noqa: B017 - whichever comes first: no such stock, or no such book
        receive_copies(quantities={book.pk: 5, missing: 5}, actor=None)

    assert levels(book) == [(3, 0)]


def test_the_same_delivery_is_received_once():
    book = make_book(stock=3)

    assert receive_copies(quantities={book.pk: 5}, actor=None, delivery="DN-7")
    assert not receive_copies(quantities={book.pk: 5}, actor=None, delivery="DN-7")

    assert levels(book) == [(8, 0)]
    assert StockMovement.objects.filter(book=book, kind="received").count() == 1


@pytest.mark.parametrize("other", ["DN-A1", "DN-á1", "DN-a1 ", "dn-a1"])
def test_names_of_deliveries_are_the_same_to_the_letter_on_every_database(other):
    book = make_book(stock=3)

    for delivery in ("DN-a1", other, other, "DN-a1"):
        receive_copies(quantities={book.pk: 5}, actor=None, delivery=delivery)

    assert levels(book) == [(13, 0)]
    assert set(Delivery.objects.values_list("reference", flat=True)) == {"DN-a1", other}


@pytest.mark.parametrize("others", [{"emma": 6}, {"solaris": 5}, {"emma": 5, "solaris": 1}])
def test_another_delivery_under_a_known_name_is_refused(others):
    books = {"emma": make_book("Emma", stock=3), "solaris": make_book("Solaris", stock=3)}
    receive_copies(quantities={books["emma"].pk: 5}, actor=None, delivery="DN-7")

    with pytest.raises(DeliveryDiffers):
        receive_copies(
            quantities={books[title].pk: n for title, n in others.items()}, actor=None, delivery="DN-7"
        )

    assert levels(*books.values()) == [(8, 0), (3, 0)]


def test_a_count_is_put_right_in_both_directions():
    keeper = make_stock_keeper()
    book = make_book(stock=12)

    adjust_copies(book_id=book.pk, difference=-2, actor=keeper, reason="Damp", seen=12)
    adjust_copies(book_id=book.pk, difference=1, actor=keeper, reason="Found behind the shelf", seen=10)

    assert levels(book) == [(11, 0)]
    assert list(
        StockMovement.objects.filter(kind="adjusted")
        .values_list("quantity", "reason", "actor")
        .order_by("pk")
    ) == [(-2, "Damp", keeper.pk), (1, "Found behind the shelf", keeper.pk)]


def test_promised_copies_cannot_be_adjusted_away():
    book = make_book(stock=12)
    make_order((book, 5))
    before = StockMovement.objects.count()

    with pytest.raises(NotEnoughCopies):
        adjust_copies(book_id=book.pk, difference=-8, actor=None, reason="Fire")

    assert levels(book) == [(12, 5)]
    assert StockMovement.objects.count() == before

    adjust_copies(book_id=book.pk, difference=-7, actor=None, reason="Fire")
    assert levels(book) == [(5, 5)]


def test_a_count_reckoned_from_an_old_number_is_refused():
    book = make_book(stock=12)
    receive_copies(quantities={book.pk: 1}, actor=None)

    with pytest.raises(StockMoved):
        adjust_copies(book_id=book.pk, difference=-2, actor=None, reason="Count", seen=12)

    assert levels(book) == [(13, 0)]


def test_a_movement_can_be_neither_changed_nor_deleted():
    make_book(stock=3)
    movement = StockMovement.objects.get()

    movement.quantity = 4
    with pytest.raises(TypeError):
        movement.save()
    with pytest.raises(TypeError):
        movement.delete()

    assert StockMovement.objects.get().quantity == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda book: StockMovement.objects.update(quantity=4),
        lambda book: StockMovement.objects.filter(book=book).delete(),
        lambda book: book.stock_movements.update(quantity=4),
        lambda book: book.stock_movements.all().delete(),
    ],
)
def test_neither_can_many_at_once(spoil):
    book = make_book(stock=3)

    with pytest.raises(TypeError):
        spoil(book)

    assert StockMovement.objects.get().quantity == 3


def test_a_movement_outlives_the_login_of_whoever_made_it():
    keeper = make_stock_keeper()
    book = make_book(stock=3)
    receive_copies(quantities={book.pk: 5}, actor=keeper)

    keeper.delete()

    assert list(StockMovement.objects.order_by("pk").values_list("quantity", "actor")) == [
        (3, None),
        (5, None),
    ]


def test_a_books_own_threshold_decides_when_it_is_low():
    book, other = make_book(stock=20), make_book(stock=20)

    set_threshold(book_id=book.pk, threshold=21)
    assert list(RestockAlert.objects.open().values_list("book_id", "available")) == [(book.pk, 20)]

    set_threshold(book_id=book.pk, threshold=20)
    assert not RestockAlert.objects.open().exists()

    set_threshold(book_id=book.pk, threshold=21)
    set_threshold(book_id=book.pk, threshold=None)
    assert not RestockAlert.objects.open().exists()
    assert levels(book, other) == [(20, 0), (20, 0)]
    assert Stock.objects.get(pk=other.pk).threshold is None
