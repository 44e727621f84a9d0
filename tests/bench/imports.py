"""Books a second into an empty shop: from a spreadsheet, from an ONIX feed, and from the same feed once more."""

import csv
import random
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from stdnum import ean

from shop.catalogue.plausible import vocabulary as words
from shop.catalogue.plausible.naming import person_name, publisher_name
from shop.models import Book

ROWS = 10_000
AIM = 1_500  # products a second


def write_spreadsheet(path: Path, chance: random.Random) -> None:
    """Valid ISBNs, two to five title words, one to three of a few thousand authors."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["isbn", "title", "authors", "year", "price", "publisher"])
        for number in range(ROWS):
            digits = f"979{10_000_000 + number:09d}"[:12]
            authors = {person_name(chance.randrange(3000)) for _ in range(chance.choice((1, 1, 1, 2, 3)))}
            rows.writerow(
                [
                    digits + ean.calc_check_digit(digits),
                    " ".join(chance.sample(words.NOUNS, chance.randint(2, 5))).capitalize(),
                    ", ".join(sorted(authors)),
                    chance.randint(1900, 2025),
                    f"{chance.randint(499, 2999) / 100:.2f}",
                    publisher_name(chance.randrange(60)),
                ]
            )


def say(what: str, command: str, *arguments: str, aim: str = "") -> None:
    """Run the command over ROWS books, and say how many it did in a second."""
    begun = time.perf_counter()
    call_command(command, *arguments, stdout=StringIO(), stderr=StringIO())
    seconds = time.perf_counter() - begun
    print(f"  {what:<34}{seconds:>7.1f} s{ROWS / seconds:>9,.0f}/s   {aim}".rstrip(), flush=True)


def empty_database() -> None:
    """A database beside the one of the shop that was measured: on SQLite a file, on MariaDB by name."""
    import MySQLdb

    given = settings.DATABASES["default"]
    server = MySQLdb.connect(user=given["USER"], unix_socket=given["OPTIONS"]["unix_socket"])
    cursor = server.cursor()
    name = given["NAME"]
    cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    server.close()
    call_command("migrate", verbosity=0)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="endpaper-bench-") as folder:
        sheet, feed = Path(folder) / "books.csv", Path(folder) / "books.xml"
        write_spreadsheet(sheet, random.Random(20260923))
        empty_database()
        call_command("make_catalogue", str(ROWS), stdout=StringIO(), stderr=StringIO())
        say("export_onix", "export_onix", f"--output={feed}")
        empty_database()
        say("import_books, new books", "import_books", str(sheet), "--stock=500")
        say("import_onix, new books", "import_onix", str(feed), aim=f"(aim: {AIM:,})")
        say("import_onix, the same once more", "import_onix", str(feed))
        if Book.objects.count() != 2 * ROWS:
            sys.exit(f"There are {Book.objects.count():,} books instead of {2 * ROWS:,}.")


if __name__ == "__main__":
    main()
