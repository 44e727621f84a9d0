"""What a guest's whole purchase costs, from the book's page to the page that says thank you.

First CPU milliseconds of one production server process and of the database server together, one guest at a time, and
each step's share. Then how many purchases a second two workers serve when several guests buy at once.
"""

import multiprocessing
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.db import connection, connections
from django.utils import timezone

from inventory.models import Stock
from shop.models import Book, Order
from tests.bench.server import PORT, cpu_ms, database_process, served
from tests.makers import ADDRESS

AIM = 70  # CPU ms for all of it
WARM_UP, PURCHASES = 20, 200
GUESTS = 8  # who buy at once from two workers

FIELD = re.compile(r"<(input|select|option)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')

start: Any = None  # the barrier at which the guests meet


class Guest:
    """A browser that takes little of the machine from the shop: cookies, forms, and no more of HTTP than that."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """A page that must be there."""
        status, _, page = self._ask(f"GET {path}", b"")
        if status != 200:
            sys.exit(f"{path} answers {status}")
        return page

    def post(self, path: str, page: str, holding: str, **answers: str) -> str:
        """Fill in and send the form of a page that has such a field; the address that the shop leads on to."""
        fields = {name: answers.get(name, value) for name, value in form_fields(page, holding).items()}
        status, head, _ = self._ask(f"POST {path}", urlencode(fields).encode())
        led_on = re.search(r"(?mi)^location: (\S+)", head)
        if not led_on:
            sys.exit(f"{path} answers {status} to {fields}")
        return led_on[1]

    def _ask(self, what: str, body: bytes) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{what} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", PORT), timeout=30) as visit:
            visit.sendall(head.encode() + body)
            answer = b"".join(iter(lambda: visit.recv(65536), b"")).decode()
        head, _, page = answer.partition("\r\n\r\n")
        self.cookies |= dict(re.findall(r"(?mi)^set-cookie: ([^=]+)=([^;\r]*)", head))
        return int(head.split(None, 2)[1]), head, page


def form_fields(page: str, holding: str) -> dict[str, str]:
    """The fields of a page's form that has such a field, as they stand there: of radio buttons the chosen or first."""
    form = next(form for form in page.split("<form")[1:] if f'name="{holding}"' in form).partition("</form>")[
        0
    ]
    fields: dict[str, str] = {}
    within = ""  # the select whose options these are
    for tag, text in FIELD.findall(form):
        attributes = dict(ATTRIBUTE.findall(text))
        if tag == "option":
            if "selected" in attributes:
                fields[within] = attributes.get("value", "")
            continue
        within = attributes.get("name", "")
        is_choice = attributes.get("type") in ("radio", "checkbox")
        if within and (not is_choice or "checked" in attributes):
            fields[within] = attributes.get("value", "")
        elif within and attributes.get("type") == "radio":
            fields.setdefault(within, attributes.get("value", ""))
    return fields


def purchase(path: str) -> Iterator[str]:
    """A guest buys the book of this page; gives the name of each step when it is done."""
    guest = Guest()
    page = guest.get(path)
    yield "book page"
    cart = guest.post("/cart/add/", page, "isbn")
    yield "add to cart"
    guest.get(cart)
    yield "cart"
    page = guest.get("/checkout/")
    yield "checkout"
    review = guest.post("/checkout/", page, "email", email="reader@example.com", **ADDRESS)
    yield "checkout, sent"
    page = guest.get(review)
    yield "review"
    payment = guest.post(review, page, "checkout_key")
    yield "order placed"
    page = guest.get(payment)
    yield "payment page"
    thanks = guest.post(payment, page, "card")
    yield "paid"
    guest.get(thanks)
    yield "thank-you page"


def cost_of_steps(paths: Iterator[str], worker: int, database: int | None) -> dict[str, tuple[float, float]]:
    """CPU milliseconds of the server and of the database for each step, each of one purchase."""
    for path in islice(paths, WARM_UP):
        list(purchase(path))
    costs: dict[str, tuple[float, float]] = {}
    before = cpu_ms(worker), cpu_ms(database)
    for path in islice(paths, PURCHASES):
        for step in purchase(path):
            now = cpu_ms(worker), cpu_ms(database)
            shop, data = costs.get(step, (0.0, 0.0))
            costs[step] = shop + (now[0] - before[0]) / PURCHASES, data + (now[1] - before[1]) / PURCHASES
            before = now
    return costs


def shop_for(paths: list[str], seconds: float) -> int:
    """Purchases that one guest after the other makes in that time, once all have made a few."""
    ahead = cycle(paths)
    for path in islice(ahead, 5):
        list(purchase(path))
    start.wait()
    end = time.perf_counter() + seconds
    bought = 0
    while time.perf_counter() < end:
        list(purchase(next(ahead)))
        bought += 1
    return bought


def meet(barrier: Any) -> None:
    """Let this guest's process know where all start."""
    global start
    start = barrier


def purchases_per_second(paths: list[str], seconds: float) -> float:
    """What so many guests get done together."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    with fork.Pool(GUESTS, initializer=meet, initargs=[fork.Barrier(GUESTS)]) as pool:
        shares = [(paths[place::GUESTS], seconds) for place in range(GUESTS)]
        return sum(pool.starmap(shop_for, shares, chunksize=1)) / seconds


def books_to_buy() -> list[str]:
    """The pages of some thousands of books, of which there are copies for everybody."""
    published = Book.objects.on_sale().filter(publication_date__lte=timezone.localdate())
    books = list(published.order_by("pk")[:5000])
    Stock.objects.filter(pk__in=[book.pk for book in books]).update(
        on_hand=10_000_000, allocated=0, awaited=0
    )
    return [book.get_absolute_url() for book in books]


def checked(buy: Callable[[], Any]) -> Any:
    """What it gives, provided that whoever bought has also paid."""
    before = Order.objects.filter(status=Order.Status.PAID).count()
    result = buy()
    if Order.objects.filter(status=Order.Status.PAID).count() == before:
        sys.exit("Nothing has been bought.")
    return result


def main() -> None:
    seconds = float(sys.argv[1])
    paths = books_to_buy()
    database = database_process()
    with served() as [worker]:
        costs = checked(lambda: cost_of_steps(cycle(paths), worker, database))
    whole = tuple(map(sum, zip(*costs.values(), strict=True)))
    print(f"  {'step':<18}{'CPU ms':>9}{'of it the database':>20}{'share':>8}{'aim':>6}")
    for step, (shop, data) in [*costs.items(), ("whole purchase", whole)]:
        of_database = f"{data:.1f}" if database else ""
        aim = AIM if step == "whole purchase" else ""
        share = (shop + data) / sum(whole)
        print(f"  {step:<18}{shop + data:>9.1f}{of_database:>20}{share:>8.0%}{aim:>6}", flush=True)
    connection.close()
    with served(workers=2):
        rate = checked(lambda: purchases_per_second(paths, seconds))
    print(f"  {GUESTS} guests at once, 2 workers: {rate:.1f} purchases a second", flush=True)


if __name__ == "__main__":
    main()
