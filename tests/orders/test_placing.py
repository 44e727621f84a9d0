from tests.makers import make_book, make_cancelled_order, make_dispatched_order, make_order, make_paid_order


def test_smoke(db):
    book = make_book(stock=12, price="9.99")
    make_order((book, 3))
    book.stock.refresh_from_db()
    assert (book.stock.on_hand, book.stock.allocated) == (12, 3)
    assert book.restock_alerts.count() == 1
    make_paid_order((book, 3))
    make_dispatched_order((book, 3))
    make_cancelled_order((book, 3))
    book.stock.refresh_from_db()
    assert (book.stock.on_hand, book.stock.allocated) == (9, 6)
