"""Prove that stock is in order, or say where it is not."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from inventory.checking import check_stock
from shop.isbn import hyphenated


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Check that movements sum to the copies on hand, open orders to those allocated, that what orders count "
            "as dispatched and returned is what their parcels, returns and movements hold, and that each book "
            "to restock has one open alert. Exits 1 and prints every book where that does not hold."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = check_stock()
        for flaw in result.flaws:
            self.stdout.write(f"{hyphenated(flaw.isbn)}  {flaw.title}: {flaw.what}")
        counts = {
            "books": f"{result.books:,}",
            "movements": f"{result.movements:,}",
            "lines": f"{result.open_lines:,}",
            "alerts": f"{result.open_alerts:,}",
            "flaws": len(result.flaws),
        }
        if result.flaws:
            raise CommandError(_("Stock is not in order: %(flaws)d flaws in %(books)s books.") % counts)
        self.stdout.write(
            _(
                "Stock is in order: %(books)s books, %(movements)s movements, %(lines)s open order lines, "
                "%(alerts)s open alerts."
            )
            % counts
        )
