"""What each page costs: queries, and CPU milliseconds of the server and the database for one request.

Where the same shop was measured before with fewer books, also how many times that it costs now.
"""

import http.client
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django

django.setup()

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shop.models import Book, Contributor, Series, Subject, User
from tests.bench.server import PORT, cpu_ms, database_process, served
from tests.makers import make_cart, make_order

WARM_UP, REQUESTS = 20, 150
LONGEST = 10.0  # seconds for one page: a slow one is asked for less often

AIMS = {"list": 12, "subject": 12, "search": 12, "suggestions": 6, "book": 6, "cart": 6}
GROWTH = 1.3  # what these may cost at a million books, in times what they cost at 10,000
MAY_GROW_LITTLE = {"list", "filtered list", "subject", "book", "search", "misspelt search", "suggestions"}


def signed_in(user: User | None = None, **session: object) -> str:
    """A session cookie for a user, or for a guest with something in the session."""
    client = Client()
    if user:
        client.force_login(user)
    store = SessionStore(client.session.session_key)
    store.update(session)
    store.save()
    return str(store.session_key)


def pages() -> dict[str, tuple[str, str]]:
    """Each page's path, with the session to ask for it in ("" for a visitor who has none)."""
    plenty = Book.objects.listed().filter(stock__on_hand__gte=8, publication_date__lte=timezone.localdate())
    books = list(plenty.order_by("pk")[2000:2003] or plenty.order_by("pk")[:3])
    one_of_several = plenty.exclude(work=None).order_by("pk")[0]
    cart = make_cart(*books)
    answers = {"email": "a@example.com", "delivery_method": "standard", "country": "GB"}
    guest = signed_in(cart_id=cart.pk, checkout=answers | {"recipient": "A", "line1": "B", "city": "C"})
    manager = signed_in(User.objects.get(email="manager@example.com"))
    keeper = signed_in(User.objects.get(email="keeper@example.com"))
    order = make_order(*books)
    subject = Subject.objects.get(path="fiction")
    below = Subject.objects.get(path="fiction/crime/noir")
    author = Contributor.objects.order_by("pk")[0]  # who has more books than anybody
    series = Series.objects.order_by("pk")[0]
    return {
        "home": ("/", ""),
        "list": ("/books/", ""),
        "list, page 40": ("/books/?page=40", ""),
        "list by price": ("/books/?sort=price", ""),
        "filtered list": ("/books/?format=BC&in_stock=1&sort=price", ""),
        "subjects": (reverse("catalogue:subjects"), ""),
        "subject": (subject.get_absolute_url(), ""),
        "a small subject": (below.get_absolute_url(), ""),
        "book": (books[0].get_absolute_url(), ""),
        "of 2 editions": (one_of_several.get_absolute_url(), ""),
        "author": (author.get_absolute_url(), ""),
        "series": (series.get_absolute_url(), ""),
        "publisher": (books[0].publisher.get_absolute_url(), ""),
        "search": ("/search/?q=silver+lighthouse", ""),
        "search, one word": ("/search/?q=garden", ""),
        "misspelt search": ("/search/?q=silvr+lighthous", ""),
        "suggestions": (reverse("catalogue:suggest") + "?q=silver+li", ""),
        "sitemap": ("/sitemap-books-1.xml", ""),
        "cart": (reverse("cart:detail"), guest),
        "checkout": (reverse("orders:checkout"), guest),
        "order": (order.page_address(), guest),
        "admin: books": (reverse("admin:shop_book_changelist"), keeper),
        "admin: a book": (reverse("admin:shop_book_change", args=[books[0].pk]), keeper),
        "admin: find books": (reverse("admin:shop_book_changelist") + "?q=silver+lighthouse", keeper),
        "admin: people": (reverse("admin:shop_contributor_changelist"), keeper),
        "admin: stock": (reverse("admin:inventory_stock_changelist"), keeper),
        "admin: alerts": (reverse("admin:inventory_restockalert_changelist"), keeper),
        "customers report": (reverse("reports:customers"), manager),
        "authors report": (reverse("reports:authors"), manager),
        "books report": (reverse("reports:books"), manager),
    }


def count_queries(path: str, session: str) -> int:
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
    if response.status_code != 200:
        sys.exit(f"{path} answers {response.status_code}")
    return sum(not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", query["sql"]) for query in queries)


def ask(path: str, session: str) -> None:
    visit = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    parts = urlsplit(path)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
    visit.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
    answer = visit.getresponse()
    answer.read()
    visit.close()
    if answer.status != 200:
        sys.exit(f"{path} answers {answer.status}")


def measure(page: tuple[str, str], worker: int, database: int | None) -> tuple[float, float]:
    """CPU milliseconds that one request takes of the server, and of the database."""
    for _ in counted(WARM_UP):
        ask(*page)
    before = cpu_ms(worker), cpu_ms(database)
    requests = 0
    for _ in counted(REQUESTS):
        ask(*page)
        requests += 1
    return (cpu_ms(worker) - before[0]) / requests, (cpu_ms(database) - before[1]) / requests


def counted(times: int) -> Iterator[int]:
    """So many times, but no longer than a page is given."""
    begun = time.monotonic()
    for done in range(times):
        if done and time.monotonic() - begun > LONGEST:
            return
        yield done


def main() -> None:
    books, results = sys.argv[1], Path(sys.argv[2])
    earlier: dict[str, dict[str, float]] = json.loads(results.read_text()) if results.exists() else {}
    smaller = next((size for size in earlier if int(size) < int(books)), "")
    to_measure = pages()
    queries = {name: count_queries(*page) for name, page in to_measure.items()}
    database = database_process()
    connection.close()
    costs: dict[str, float] = {}
    with served() as [worker]:
        growth = f"{f'times {int(smaller):,}':>16}{'aim':>6}" if smaller else ""
        print(f"  {'page':<18}{'queries':>8}{'CPU ms':>9}{'of it the database':>20}{'aim':>6}{growth}")
        for name, page in to_measure.items():
            of_shop, of_database = measure(page, worker, database)
            costs[name] = of_shop + of_database
            shown = f"{of_database:.1f}" if database else ""
            line = f"  {name:<18}{queries[name]:>8}{costs[name]:>9.1f}{shown:>20}{AIMS.get(name, ''):>6}"
            if smaller:
                aim = GROWTH if name in MAY_GROW_LITTLE else ""
                line += f"{costs[name] / earlier[smaller][name]:>16.2f}{aim:>6}"
            print(line, flush=True)
    results.write_text(json.dumps(earlier | {books: costs}))


if __name__ == "__main__":
    main()
