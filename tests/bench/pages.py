"""What each page costs: queries, and CPU milliseconds of the server and the database for one request."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import django

django.setup()

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.catalogue.search.building import build
from shop.models import Book, Subject, User
from tests.makers import make_cart, make_order

PORT = 8765
WARM_UP, REQUESTS = 20, 150
TICKS = os.sysconf("SC_CLK_TCK")

AIMS = {"list": 12, "subject": 12, "search": 12, "suggestions": 6, "book": 6, "cart": 6}


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
    books = list(Book.objects.order_by("pk")[5000:5003] or Book.objects.order_by("pk")[:3])
    cart = make_cart(*books)
    answers = {"email": "a@example.com", "delivery_method": "standard", "country": "GB"}
    guest = signed_in(cart_id=cart.pk, checkout=answers | {"recipient": "A", "line1": "B", "city": "C"})
    manager = signed_in(User.objects.get(email="manager@example.com"))
    order = make_order(*books)
    words = " ".join(books[0].title.split()[:2])
    surname = books[0].byline.split()[-1]
    return {
        "home": ("/", ""),
        "list": ("/books/", ""),
        "filtered list": ("/books/?format=BC&in_stock=1&sort=price", ""),
        "subject": (Subject.objects.filter(parent=None)[0].get_absolute_url(), ""),
        "book": (books[0].get_absolute_url(), ""),
        "search": (f"/search/?{urlencode({'q': words})}", ""),
        "misspelt search": (f"/search/?{urlencode({'q': misspelt(surname)})}", ""),
        "suggestions": (f"/search/suggest/?{urlencode({'q': surname[:4]})}", ""),
        "cart": (reverse("cart:detail"), guest),
        "checkout": (reverse("orders:checkout"), guest),
        "order": (order.page_address(), guest),
        "customers report": (reverse("reports:customers"), manager),
        "authors report": (reverse("reports:authors"), manager),
    }


def misspelt(word: str) -> str:
    """The word with two of its letters swapped."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


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


def cpu_ms(process: int) -> float:
    """CPU time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def database_process() -> int | None:
    """The process of the database server, if it is one of its own on this machine."""
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@pid_file")
        return int(Path(cursor.fetchone()[0]).read_text())


def serve() -> tuple[subprocess.Popen[bytes], int]:
    """A production server with one worker; its process and the worker's."""
    command = [sys.executable, "-m", "gunicorn", "shop.wsgi", "-b", f"127.0.0.1:{PORT}", "-w", "1"]
    server = subprocess.Popen([*command, "--log-level", "error"])
    for _ in range(100):
        time.sleep(0.1)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        if children:
            try:
                ask("/", "")
            except OSError:
                continue
            return server, int(children[0])
    sys.exit("The server did not start.")


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


def build_index() -> None:
    """Build the search index, and print how long that takes."""
    begun = time.perf_counter()
    books = build()
    print(f"  index_books: {time.perf_counter() - begun:.1f} s for {books:,} books", flush=True)


def main() -> None:
    build_index()
    to_measure = pages()
    queries = {name: count_queries(*page) for name, page in to_measure.items()}
    database = database_process()
    connection.close()
    server, worker = serve()
    try:
        print(f"  {'page':<18}{'queries':>8}{'CPU ms':>9}{'of it the database':>20}{'aim':>6}")
        for name, page in to_measure.items():
            for _ in range(WARM_UP):
                ask(*page)
            before = cpu_ms(worker), cpu_ms(database) if database else 0.0
            for _ in range(REQUESTS):
                ask(*page)
            shop_ms = (cpu_ms(worker) - before[0]) / REQUESTS
            database_ms = (cpu_ms(database) - before[1]) / REQUESTS if database else 0.0
            shown = f"{database_ms:.1f}" if database else ""
            print(
                f"  {name:<18}{queries[name]:>8}{shop_ms + database_ms:>9.1f}{shown:>20}{AIMS.get(name, ''):>6}",
                flush=True,
            )
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    main()
