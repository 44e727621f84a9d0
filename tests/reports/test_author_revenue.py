"""What books brought, by author."""

from decimal import Decimal

import pytest

from shop.models import Book, Contribution, Contributor
from tests.makers import make_book, make_contributor
from tests.reports.sales import ask, sell, sell_many

pytestmark = pytest.mark.django_db


def revenue(sort: str = "revenue") -> list[tuple[str, int, int, Decimal]]:
    return [
        (row.author, row.titles, row.copies, row.revenue) for row in ask("author_revenue", sort=sort).rows
    ]


def test_three_authors_share_what_does_not_divide_and_the_column_sums_to_what_was_paid():
    sell(make_book(price="10.00", authors=("Terry Pratchett", "Ian Stewart", "Jack Cohen")))

    assert revenue() == [
        ("Terry Pratchett", 1, 1, Decimal("3.34")),
        ("Ian Stewart", 1, 1, Decimal("3.33")),
        ("Jack Cohen", 1, 1, Decimal("3.33")),
    ]
    assert ask("period_figures").rows[0].books == Decimal("10.00")


def test_an_author_gets_the_shares_of_all_their_books():
    omens = make_book(price="9.99", authors=("Terry Pratchett", "Neil Gaiman"))
    mort = make_book(price="8.00", authors=("Terry Pratchett",))
    sell((omens, 3), (mort, 1))  # 29.97, of which 14.99 and 14.98
    sell((omens, 1))  # 9.99, of which 5.00 and 4.99

    assert revenue() == [
        ("Terry Pratchett", 2, 5, Decimal("27.99")),  # 14.99 + 8.00 + 5.00
        ("Neil Gaiman", 1, 4, Decimal("19.97")),  # 14.98 + 4.99
    ]


def test_authors_can_be_ranked_by_copies():
    sell((make_book(price="30.00", authors=("Dear Author",)), 1))
    sell((make_book(price="5.00", authors=("Cheap Author",)), 2))

    assert [author for author, *_ in revenue("revenue")] == ["Dear Author", "Cheap Author"]
    assert [author for author, *_ in revenue("copies")] == ["Cheap Author", "Dear Author"]


def test_a_later_edit_of_price_or_authors_changes_no_history():
    book = make_book(price="10.00", authors=("Ann Old",))
    sell(book)
    Book.objects.filter(pk=book.pk).update(price="99.00")
    Contribution.objects.filter(book=book).update(contributor=make_contributor("Ben New"))

    assert revenue() == [("Ann Old", 1, 1, Decimal("10.00"))]


def test_an_author_who_changed_name_is_one_author_under_the_new_one():
    book = make_book(price="10.00", authors=("James Morris",))
    sell(book)
    Contributor.objects.filter(name="James Morris").update(name="Jan Morris")
    sell(book)

    assert revenue() == [("Jan Morris", 1, 2, Decimal("20.00"))]


def test_authors_of_one_name_are_two_authors():
    one, other = make_contributor("David Mitchell"), make_contributor("David Mitchell")
    sell(make_book(price="10.00", authors=(one,)))
    sell(make_book(price="12.00", authors=(other,)))

    assert revenue() == [
        ("David Mitchell", 1, 1, Decimal("12.00")),
        ("David Mitchell", 1, 1, Decimal("10.00")),
    ]


def test_deleted_authors_keep_the_names_they_were_credited_by():
    for name, price in (("Zoë Lund", "10.00"), ("Zoe Lund", "12.00")):
        sell(make_book(price=price, authors=(make_contributor(name),)))
    Contribution.objects.all().delete()
    Contributor.objects.all().delete()

    assert revenue() == [("Zoe Lund", 1, 1, Decimal("12.00")), ("Zoë Lund", 1, 1, Decimal("10.00"))]


def test_books_without_an_author_are_one_line_without_a_name():
    sell(make_book(price="10.00", authors=()), make_book(price="5.00", authors=()))

    assert revenue() == [("", 2, 2, Decimal("15.00"))]


def test_the_column_sums_to_what_all_books_brought():
    for names, price, count in (
        (("A", "B", "C"), "9.99", 7),
        (("A",), "0.01", 5),
        (("B", "C", "D", "E", "F", "G", "H"), "19.95", 3),
        ((), "7.77", 4),
    ):
        book = make_book(price=price, authors=names, stock=100)
        for quantity in range(1, count + 1):
            sell((book, quantity))
    sell_many(make_book(price="9.99"), 100)

    # 28 x 9.99 + 15 x 0.01 + 6 x 19.95 + 10 x 7.77 + 100 x 9.99
    assert sum(amount for *_, amount in revenue()) == Decimal("1476.27")
    assert ask("period_figures").rows[0].books == Decimal("1476.27")
