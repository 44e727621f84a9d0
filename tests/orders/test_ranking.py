"""Sales ranks and companions: what counts, for how long, and that nobody's basket can be read from them."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue.editions import make_one_work
from shop.models import Book, BookChange, Companion, Order, SalesRank
from shop.orders import ranking
from shop.orders.calling_off import call_off
from shop.orders.cancelling import cancel_order
from shop.orders.delivering import deliver_order
from shop.orders.dispatching import dispatch_order
from shop.orders.ranking import rank_sales
from shop.orders.returning import take_return
from shop.payments.external import take_external_order
from tests.makers import make_book, make_order, make_paid_order, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def ranks():
    """Each ranked book's title with its copies and its rank."""
    return {rank.book.title: (rank.copies, rank.rank) for rank in SalesRank.objects.select_related("book")}


def companions(book):
    """The titles of the book's companions in their order, with how many orders have both."""
    found = Companion.objects.filter(book=book).order_by("pk")
    return [(companion.other.title, companion.orders) for companion in found]


def buy(*books, **fields):
    """Each time by somebody else."""
    return make_paid_order(*books, customer=make_user(), **fields)


def weeks_ago(weeks):
    return timezone.now() - timedelta(weeks=weeks)


# --- Ranks


def test_books_rank_by_the_copies_sold_and_share_a_rank_when_these_are_equal():
    first, second, third, fourth, unsold = (make_book(title) for title in ("A", "B", "C", "D", "E"))
    buy((first, 2), fourth)
    buy((first, 1), (second, 2))
    buy((third, 2))

    assert rank_sales() == (4, 0)
    assert ranks() == {"A": (3, 1), "B": (2, 2), "C": (2, 2), "D": (1, 4)}
    assert not SalesRank.objects.filter(book=unsold).exists()


def test_only_orders_that_were_paid_and_not_given_back_count():
    book, till = make_book("Paid"), make_book("At the till")
    buy(book)
    make_order(make_book("Placed"))
    given_back = buy(make_book("Given back"))
    cancel_order(order_id=given_back.pk, actor=None)
    take_external_order(reference="T-1", quantities={till.isbn: 2}, handed_over=True)

    rank_sales()

    assert ranks() == {"At the till": (2, 1), "Paid": (1, 2)}


def test_copies_count_wherever_they_are_on_their_way_but_not_once_called_off_or_returned():
    book, back = make_book("Kept", stock=50), make_book("Sent back")
    part, sent, arrived = buy((book, 5)), buy((book, 3)), buy((book, 1))
    line = part.lines.get().pk
    dispatch_order(order_id=part.pk, actor=None, copies={line: 1})
    for order in (sent, arrived, (returned := buy(back))):
        dispatch_order(order_id=order.pk, actor=None)
    deliver_order(order_id=arrived.pk, actor=None)
    with transaction.atomic():
        call_off(part, {line: 2}, actor=None, at=timezone.now())
    for order in (sent, returned):
        copies = {order.lines.get().pk: 1}
        take_return(order_id=order.pk, copies=copies, restocked={}, reason="", actor=None)

    rank_sales()

    assert ranks() == {"Kept": (3 + 2 + 1, 1)}


def test_sales_of_long_ago_no_longer_count():
    book = make_book("Once read by all")
    order = buy((book, 5), paid_at=weeks_ago(ranking.BESTSELLER_WEEKS) + timedelta(hours=1))
    rank_sales()
    assert ranks() == {"Once read by all": (5, 1)}

    Order.objects.filter(pk=order.pk).update(paid_at=weeks_ago(ranking.BESTSELLER_WEEKS) - timedelta(hours=1))
    rank_sales()
    assert ranks() == {}


def test_the_search_learns_of_books_whose_copies_have_changed_and_of_no_others():
    steady, rising, gone = make_book("Steady"), make_book("Rising"), make_book("Gone")
    buy((steady, 2), rising)
    old = buy(gone)
    rank_sales()
    BookChange.objects.all().delete()
    buy((rising, 2))
    Order.objects.filter(pk=old.pk).update(paid_at=weeks_ago(20))

    rank_sales()

    assert ranks() == {"Rising": (3, 1), "Steady": (2, 2)}
    assert set(BookChange.objects.values_list("book_id", flat=True)) == {rising.pk, gone.pk}


def test_a_second_run_writes_nothing():
    book, other = make_book("A"), make_book("B")
    buy(book, other)
    buy(book, other)
    assert rank_sales() == (2, 2)

    with CaptureQueriesContext(connection) as queries:
        assert rank_sales() == (2, 2)

    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


def test_a_run_that_ends_halfway_leaves_the_old_figures(monkeypatch):
    book, other = make_book("A"), make_book("B")
    buy((book, 2), other)
    rank_sales()
    buy((other, 5))

    def stop(book_ids):
        raise KeyboardInterrupt

    monkeypatch.setattr(ranking, "note_changes", stop)
    with pytest.raises(KeyboardInterrupt):
        rank_sales()

    assert ranks() == {"A": (2, 1), "B": (1, 2)}


def test_more_books_than_go_into_one_statement_are_all_written(monkeypatch):
    monkeypatch.setattr(ranking, "AT_ONCE", 2)
    books = [make_book(f"Book {n}") for n in range(7)]
    old, now = books[:5], books[2:]
    gone = [buy(*old, paid_at=weeks_ago(1)) for _ in range(2)]
    rank_sales()
    assert len(ranks()) == 5
    Order.objects.filter(pk__in=[order.pk for order in gone]).update(paid_at=weeks_ago(60))
    for _ in range(3):
        buy(*now)

    rank_sales()

    assert ranks() == {book.title: (3, 1) for book in now}
    assert {c.book_id for c in Companion.objects.all()} == {book.pk for book in now}


# --- Companions


def test_books_bought_by_two_people_together_are_companions_of_each_other():
    dune, solaris, emma = make_book("Dune"), make_book("Solaris"), make_book("Emma")
    buy(dune, solaris)
    buy(dune, solaris, emma)

    assert rank_sales() == (3, 2)

    assert companions(dune) == [("Solaris", 2)]
    assert companions(solaris) == [("Dune", 2)]
    assert companions(emma) == []  # only one person has bought it with something


def test_what_one_person_bought_twice_is_nobody_elses_business():
    dune, solaris = make_book("Dune"), make_book("Solaris")
    ada = make_user("ada@example.com")
    make_paid_order(dune, solaris, customer=ada)
    make_paid_order(dune, solaris, customer=ada)
    make_paid_order(dune, solaris, email="Ada@example.com")  # before she made an account
    rank_sales()
    assert companions(dune) == []

    Order.objects.filter(customer=ada).update(email="changed@example.com")
    Order.objects.filter(customer=None).update(status=Order.Status.EXPIRED)
    make_paid_order(dune, solaris, customer=ada)
    rank_sales()
    assert companions(dune) == []

    make_paid_order(dune, solaris, email="ben@example.com")
    rank_sales()
    assert companions(dune) == [("Solaris", 4)]  # three of hers, one of his


def test_sales_at_a_till_count_each_as_somebody_elses():
    dune, solaris = make_book("Dune"), make_book("Solaris")
    for n in range(2):
        take_external_order(reference=f"T-{n}", quantities={dune.isbn: 1, solaris.isbn: 1})

    rank_sales()

    assert companions(dune) == [("Solaris", 2)]


def test_what_everybody_buys_comes_after_what_belongs_together():
    first, sequel, bestseller = make_book("Volume 1"), make_book("Volume 2"), make_book("Bestseller")
    for _ in range(2):
        buy(first, sequel)
    for _ in range(3):
        buy(first, bestseller)
    for n in range(9):
        buy(make_book(f"Other {n}"), bestseller)

    rank_sales()

    assert companions(first) == [("Volume 2", 2), ("Bestseller", 3)]


def test_a_book_has_only_so_many_companions(monkeypatch):
    monkeypatch.setattr(ranking, "MOST_COMPANIONS", 2)
    books = [make_book(f"Book {n}") for n in range(4)]
    buy(*books)
    buy(*books)

    rank_sales()

    assert [len(companions(book)) for book in books] == [2, 2, 2, 2]


def test_orders_that_were_not_paid_or_are_too_old_or_too_large_tell_nothing(monkeypatch):
    monkeypatch.setattr(ranking, "LARGEST_BASKET", 3)
    dune, solaris, emma, utopia = (make_book(title) for title in ("Dune", "Solaris", "Emma", "Utopia"))
    for _ in range(2):
        make_order(dune, solaris, customer=make_user())
        buy(dune, emma, paid_at=weeks_ago(ranking.COMPANION_WEEKS + 1))
        buy(dune, solaris, emma, utopia)

    rank_sales()

    assert not Companion.objects.exists()


def test_of_very_many_orders_only_the_latest_tell_what_is_bought_together(monkeypatch):
    dune, solaris = make_book("Dune"), make_book("Solaris")
    buy(dune, solaris)
    buy(dune, solaris)
    monkeypatch.setattr(ranking, "LATEST_ORDERS", 1)
    rank_sales()
    assert companions(dune) == []

    monkeypatch.setattr(ranking, "LATEST_ORDERS", 2)
    rank_sales()
    assert companions(dune) == [("Solaris", 2)]


def test_editions_of_a_work_count_as_the_one_that_lists_show_and_never_as_each_others_companions():
    hardback, paperback = (make_book("Dune", format=Book.Format(code)) for code in ("BB", "BC"))
    solaris = make_book("Solaris")
    make_one_work([hardback, paperback])
    buy(hardback, paperback, solaris)
    buy(hardback, solaris)
    buy(hardback, paperback)

    rank_sales()

    assert companions(paperback) == [("Solaris", 2)]
    assert companions(solaris) == [("Dune", 2)]
    assert Companion.objects.get(book=solaris).other == paperback
    assert companions(hardback) == []


def test_books_off_sale_are_nobodys_companions():
    dune, solaris = make_book("Dune"), make_book("Solaris")
    buy(dune, solaris)
    buy(dune, solaris)
    Book.objects.filter(pk=solaris.pk).update(on_sale=False, listed=False)

    rank_sales()

    assert not Companion.objects.exists()


def test_the_command_says_what_it_found(capsys):
    book, other = make_book("A"), make_book("B")
    buy(book, other)
    buy(book, other)

    call_command("rank_sales")

    assert capsys.readouterr().out.splitlines() == ["Books that sold: 2", "Books with companions: 2"]
