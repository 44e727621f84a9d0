"""`make bench`: what the shop costs, measured here and now. `make bench SIZE=...` for another number of books.

Per page: queries, and CPU milliseconds of one production server process and of the database server together,
one request at a time. Then orders per second through `place_order` on MariaDB, beside the same writes in raw
SQL. Nothing here passes or fails: the aims are printed beside the figures.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run(step: str, *arguments: str, database: str) -> None:
    """One step in a process of its own, so that none warms or burdens another."""
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
        "TASKS_NEED_WORKER": "1",
        "LOG_LEVEL": "ERROR",
    }
    subprocess.run([sys.executable, "-m", f"tests.bench.{step}", *arguments], env=environment, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--books", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5, help="how long each number of buyers buys")
    options = parser.parse_args()
    mariadb = os.environ.get("DATABASE_URL", "")
    if not mariadb.startswith("mysql"):
        sys.exit("The benchmark needs MariaDB: run `make bench`.")
    with tempfile.TemporaryDirectory(prefix="endpaper-bench-") as folder:
        os.environ["STATIC_ROOT"] = str(Path(folder) / "static")
        os.environ["SEARCH_INDEX"] = str(Path(folder) / "search-index")
        print("What the search finds, of the judged set over the demo catalogue", flush=True)
        run("judge", database=f"sqlite:///{folder}/judged.sqlite3")
        for name, database in (("SQLite", f"sqlite:///{folder}/bench.sqlite3"), ("MariaDB", mariadb)):
            print(f"\n{name}, {options.books:,} books", flush=True)
            run("seed", str(options.books), database=database)
            run("pages", database=database)
        print("\nOrders per second on MariaDB, every commit on disk", flush=True)
        run("orders", str(options.seconds), database=mariadb)


if __name__ == "__main__":
    main()
