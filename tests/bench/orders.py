"""Orders per second through `place_order`, and the same writes in raw SQL as the limit of machine and database.

Every buyer is a process with a connection of its own, and buys three books: any three, or one that all want
and two others. Carts are filled beforehand. A raw order writes what `place_order` writes: order, three lines,
three credits, event, emptied cart, the mail owed with its task, three guarded updates of stock, in one transaction
with every row looked up by key beforehand.
"""

import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.db import connection, connections
from django.utils import timezone

from inventory.models import Stock
from shop.models import Book, Cart, CartLine
from shop.orders.models import new_number, new_token
from shop.orders.placing import Details, place_order
from tests.makers import ADDRESS

BUYERS = (1, 4, 16)
DETAILS = Details(email="bench@example.com", delivery_method="standard", address=ADDRESS)
WARM_UP = 20

Buyer = Callable[[list[int], float], int]
start: Any = None  # the barrier at which the buyers meet


def fill_carts(count: int, hot: int | None) -> list[int]:
    """Carts with three books each; the hot one among them if there is one."""
    chance = random.Random(count)
    books = sold_here()
    by_key = {book.pk: book for book in books}
    Cart.objects.bulk_create((Cart(checkout_key=uuid4()) for _ in range(count)), batch_size=2000)
    carts = list(Cart.objects.order_by("-pk").values_list("pk", flat=True)[:count])

    def lines() -> Iterator[CartLine]:
        for cart in carts:
            chosen = set(chance.sample(books, 3))
            if hot:
                chosen = {by_key[hot], *list(chosen - {by_key[hot]})[:2]}
            yield from (
                CartLine(cart_id=cart, book=book, quantity=1, unit_price=book.price) for book in chosen
            )

    CartLine.objects.bulk_create(lines(), batch_size=3000)
    return carts


def sold_here() -> list[Book]:
    """The books that are bought: some thousands that are on sale and published, and the same every time."""
    published = Book.objects.on_sale().filter(publication_date__lte=timezone.localdate())
    return list(published.only("pk", "price").order_by("pk")[:5000])


def buy_through_the_shop(carts: list[int], seconds: float) -> int:
    """Orders placed in that time, once all buyers have bought a few."""
    shopping = Cart.objects.in_bulk(carts).values()

    def buy(cart: Cart) -> None:
        place_order(cart=cart, customer=None, details=DETAILS, checkout_key=cart.checkout_key)

    return count_in_time(buy, shopping, seconds)


def buy_in_raw_sql(carts: list[int], seconds: float) -> int:
    """The same orders, by nothing but the driver."""
    connection.ensure_connection()
    driver = connection.connection
    cursor = driver.cursor()
    cursor.execute(
        "SELECT c.id, l.book_id, b.isbn, b.title, b.byline, b.price, MIN(p.id), MIN(p.name)"
        " FROM shop_cart c JOIN shop_cartline l ON l.cart_id = c.id JOIN shop_book b ON b.id = l.book_id"
        " JOIN shop_contribution k ON k.book_id = b.id JOIN shop_contributor p ON p.id = k.contributor_id"
        " WHERE c.id IN %s GROUP BY c.id, l.book_id, b.isbn, b.title, b.byline, b.price"
        " ORDER BY c.id, l.book_id",
        (tuple(carts),),
    )
    baskets: dict[int, list[tuple]] = {}
    for cart, *book in cursor.fetchall():
        baskets.setdefault(cart, []).append(tuple(book))
    driver.autocommit(False)

    def buy(basket: tuple[int, list[tuple]]) -> None:
        _raw_order(cursor, *basket)
        driver.commit()

    return count_in_time(buy, baskets.items(), seconds)


def count_in_time(buy: Callable[[Any], None], baskets: Iterable[Any], seconds: float) -> int:
    """How many are bought in that time, after a few to warm up, by buyers who all start together."""
    left = iter(baskets)
    for _ in range(WARM_UP):
        buy(next(left))
    start.wait()
    end = time.perf_counter() + seconds
    for bought, basket in enumerate(left, 1):
        buy(basket)
        if time.perf_counter() > end:
            return bought
    sys.exit("There were too few carts for that many orders: raise ENOUGH_PER_SECOND.")


def _raw_order(cursor, cart: int, books: list[tuple]) -> None:
    now = timezone.now().replace(tzinfo=None)
    items = sum((book[4] for book in books), Decimal(0))
    cursor.execute(
        "INSERT INTO shop_order (recipient, line1, line2, city, region, postcode, country, number, token,"
        " checkout_key, channel, reference, email, telephone, delivery_method, shipping_name, status, currency,"
        " items_total, discount, shipping, tax, shipping_tax, shipping_refunded, total, placed_at, expires_at)"
        " VALUES ('Ada','1 Row','','London','','EC4M','GB',%s,%s,%s,'web','','bench@example.com','','standard',"
        "'Standard','placed','GBP',%s,0,3.50,0,0,0,%s,%s,%s)",
        (new_number(), new_token(), uuid4().hex, items, items + Decimal("3.50"), now, now),
    )
    order = cursor.lastrowid
    cursor.execute(
        "INSERT INTO shop_orderline (order_id, book_id, isbn, title, byline, quantity, unit_price, total, discount,"
        " tax_rate, tax, dispatched, cancelled, returned, refunded) VALUES "
        + ",".join(["(%s,%s,%s,%s,%s,1,%s,%s,0,0,0,0,0,0,0)"] * len(books))
        + " RETURNING id",
        [value for b in books for value in (order, b[0], b[1], b[2], b[3], b[4], b[4])],
    )
    lines = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "INSERT INTO shop_linecredit (line_id, contributor_id, name, amount, refunded) VALUES "
        + ",".join(["(%s,%s,%s,%s,0)"] * len(books)),
        [value for line, b in zip(lines, books, strict=True) for value in (line, b[5], b[6], b[4])],
    )
    cursor.execute(
        "INSERT INTO shop_orderevent (order_id, what, at, note) VALUES (%s,'placed',%s,'')", (order, now)
    )
    cursor.execute("DELETE FROM shop_cartline WHERE cart_id=%s", (cart,))
    cursor.execute(
        "INSERT INTO shop_mail (kind, `key`, about, reference, `to`, status, queued_at, due_at, tries, problem,"
        " subject, text) VALUES ('confirmation',%s,%s,'','bench@example.com','queued',%s,%s,0,'','','')",
        (f"confirmation:{order}", order, now, now),
    )
    cursor.execute("INSERT INTO django_q_ormq (`key`, payload) VALUES ('endpaper',%s)", ("x" * 400,))
    for book in books:
        cursor.execute(
            "UPDATE inventory_stock SET allocated=allocated+1 WHERE book_id=%s AND on_hand>=allocated+1",
            (book[0],),
        )


def meet(barrier: Any) -> None:
    """Let this buyer's process know where all start."""
    global start
    start = barrier


def race(buyer: Buyer, buyers: int, seconds: float, hot: int | None) -> float:
    """Orders per second that so many buyers get done together."""
    carts = fill_carts(int(ENOUGH_PER_SECOND[buyer] * seconds) + buyers * (WARM_UP + 1), hot)
    sold = [book.pk for book in sold_here()]
    Stock.objects.filter(pk__in=sold).update(on_hand=10_000_000, allocated=0, awaited=0)
    connections.close_all()
    shares = [carts[place::buyers] for place in range(buyers)]
    fork = multiprocessing.get_context("fork")
    with fork.Pool(buyers, initializer=meet, initargs=[fork.Barrier(buyers)]) as pool:
        return sum(pool.starmap(buyer, [(share, seconds) for share in shares], chunksize=1)) / seconds


ENOUGH_PER_SECOND = {buy_through_the_shop: 1000, buy_in_raw_sql: 4000}  # carts to fill beforehand


def main() -> None:
    seconds = float(sys.argv[1])
    hot = sold_here()[2500].pk
    print(f"  {'':<14}{'buyers':>8}{'place_order':>14}{'raw SQL':>10}{'share':>8}   (aim: half)")
    for wanted, book in (("random books", None), ("one hot book", hot)):
        for buyers in BUYERS:
            shop = race(buy_through_the_shop, buyers, seconds, book)
            raw = race(buy_in_raw_sql, buyers, seconds, book)
            print(f"  {wanted:<14}{buyers:>8}{shop:>12.0f}/s{raw:>8.0f}/s{shop / raw:>8.0%}", flush=True)


if __name__ == "__main__":
    main()
