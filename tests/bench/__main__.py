"""`make bench`: what the shop costs, measured here and now. `make bench SIZE=1000000` also at that number of books.

First how well the search finds. Then, on SQLite and on MariaDB, with 10,000 books and with SIZE: how long the shop
takes to fill and the search index to build; per page, queries and CPU milliseconds of one production server process
and of the database server together, one request at a time; the same of a guest's whole purchase, step by step, and
purchases per second. Last books a second from a spreadsheet and an ONIX feed, and orders per second through
`place_order`, beside the same writes in raw SQL. Nothing here passes or fails: the aims are printed beside the figures.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

USUAL = 10_000  # books; a larger shop is compared with one of so many


def run(step: str, *arguments: object, database: str, worker: bool = True) -> None:
    """One step in a process of its own, so that none warms or burdens another.

    Tasks are left to a worker, as in production, or done in the server's own process, the embedded default.
    """
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "ENV_FILE": os.devnull,
        "DEBUG": "0",
        "SECRET_KEY": "only-for-the-benchmark",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "PAYMENT_GATEWAYS": "test_card,collection",
        "EMAIL_URL": "dummymail://",
        "SECURE_SSL_REDIRECT": "0",
        "TASKS_NEED_WORKER": str(int(worker)),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", f"tests.bench.{step}", *map(str, arguments)]
    subprocess.run(command, env=environment, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--books", type=int, default=USUAL)
    parser.add_argument("--seconds", type=float, default=5, help="how long buyers buy")
    options = parser.parse_args()
    mariadb = os.environ.get("DATABASE_URL", "")
    if not mariadb.startswith("mysql"):
        sys.exit("The benchmark needs MariaDB: run `make bench`.")
    sizes = sorted({min(options.books, USUAL), options.books})
    with tempfile.TemporaryDirectory(prefix="endpaper-bench-") as folder:
        os.environ["STATIC_ROOT"] = str(Path(folder) / "static")
        os.environ["SEARCH_INDEX"] = str(Path(folder) / "index-judged")
        print("What the search finds, of the judged set over the demo catalogue", flush=True)
        run("judge", database=f"sqlite:///{folder}/judged.sqlite3")
        for name, database in (("SQLite", f"sqlite:///{folder}/bench.sqlite3"), ("MariaDB", mariadb)):
            os.environ["SEARCH_INDEX"] = str(Path(folder) / f"index-{name}")
            for books in sizes:
                print(f"\n{name}, {books:,} books", flush=True)
                run("seed", books, database=database)
                run("pages", books, Path(folder) / f"{name}.json", database=database)
            for worker, tasks in ((True, "tasks left to a worker"), (False, "without a worker")):
                print(f"\nA guest's whole purchase on {name}, {tasks}", flush=True)
                run("purchases", options.seconds, database=database, worker=worker)
        print("\nBooks a second into an empty shop, MariaDB, every commit on disk", flush=True)
        os.environ["SEARCH_INDEX"] = str(Path(folder) / "index-imports")
        run("imports", database=mariadb.replace("/endpaper?", "/imports?"))
        print(f"\nOrders per second on MariaDB, {options.books:,} books, every commit on disk", flush=True)
        run("orders", options.seconds, database=mariadb)


if __name__ == "__main__":
    main()
